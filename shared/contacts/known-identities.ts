import type { OrganizationId } from '../platform/organization-id.ts';
import { contactKeys } from '../platform/table/contact-keys.ts';
import type { Table } from '../platform/table/table.ts';

/** Those of the phones (E.164) and e-mail addresses (lower-case) that a contact has. Half a read unit each. */
export const knownIdentities = async (
  table: Table,
  organizationId: OrganizationId,
  phones: readonly string[],
  emails: readonly string[],
): Promise<ReadonlySet<string>> => {
  const identities = [...new Set([...phones, ...emails])];
  const keyOf = (identity: string) =>
    identity.includes('@')
      ? contactKeys.emailClaim(organizationId, identity)
      : contactKeys.phoneClaim(organizationId, identity);
  const claims = await table.getAll(identities.map(keyOf));
  return new Set(identities.filter((_, index) => claims[index]));
};
