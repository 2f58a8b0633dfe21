import type { OrganizationId } from '../platform/organization-id.ts';

/** What a webhook has to know of the organization that it claims to be for. */
export interface ProviderAccount {
  /** The current one, and the next while tokens are rotated. */
  authTokens: readonly string[];
  /** Who answers STOP, START and HELP where the provider would. */
  keywordReplies: 'provider' | 'heliograph';
}

/** The account of an organization; `undefined` where none is set. */
export type ProviderAccounts = (organizationId: OrganizationId) => Promise<ProviderAccount | undefined>;
