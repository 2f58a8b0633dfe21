import { type OrganizationId } from '../platform/organization-id.ts';
import type { Write } from '../platform/table/transact.ts';

/** What is unique in the whole installation. */
export type ClaimKind = 'username' | 'email' | 'slug' | 'sender' | 'issuer' | 'installation';

/** Who holds a claim: an organization, and in it the thing with this id. */
export interface Holder {
  organizationId: OrganizationId;
  id: string;
}

/** Which organization holds a username, an e-mail address, a slug or a sending number; and nothing else about it. */
export interface Directory {
  holder(kind: ClaimKind, value: string): Promise<Holder | undefined>;
  /** The write that takes a value, refused when anybody else holds it. */
  claim(kind: ClaimKind, value: string, holder: Holder): Write;
  /** The write that gives a value back, refused when anybody else holds it. */
  release(kind: ClaimKind, value: string, holder: Holder): Write;
}
