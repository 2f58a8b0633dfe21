import { AccessRights } from '../auth-users/auth-user.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { and, equals, exists, lessThan, missing, or } from '../platform/table/expression.ts';
import { authKeys, identityProviderKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { IdentityProvider, type IssuerKey } from './identity-provider.ts';

/** The issuers whose tokens an organization accepts. */
export const identityProviderStore = (table: Table, organizationId: OrganizationId) => {
  const keyOf = (providerId: string) => identityProviderKeys.provider(organizationId, providerId);
  return {
    get: async (providerId: string): Promise<IdentityProvider | undefined> => {
      const item = await table.get(keyOf(providerId), { consistent: true });
      return item && IdentityProvider.parse(item);
    },

    /** A provider and what one of its users may do: one read, strongly consistent, on each call. */
    forCall: async (
      providerId: string,
      userId: string,
    ): Promise<{ provider: IdentityProvider | undefined; access: AccessRights | undefined }> => {
      const keys = [keyOf(providerId), authKeys.access(organizationId, userId)];
      const [provider, access] = await table.getAll(keys, { consistent: true });
      return {
        provider: provider && IdentityProvider.parse(provider),
        access: access && AccessRights.parse(access),
      };
    },

    /** Every provider of the organization: it has a handful. */
    list: async (): Promise<IdentityProvider[]> => {
      const pk = identityProviderKeys.providers(organizationId);
      const { items } = await table.query({ pk, consistent: true });
      return items.map((item) => IdentityProvider.parse(item));
    },

    create: (provider: IdentityProvider): Write => ({
      put: { ...keyOf(provider.id), ...provider },
      if: missing('pk'),
    }),

    revise: (before: IdentityProvider, after: IdentityProvider): Write => ({
      put: { ...keyOf(after.id), ...after, version: before.version + 1 },
      if: equals('version', before.version),
    }),

    delete: ({ id, version }: IdentityProvider): Write => ({ delete: keyOf(id), if: equals('version', version) }),

    /** Keeps what was read of the issuer's keys, or why nothing was; keys of a failed look stay. */
    refreshed: (providerId: string, now: string, result: { keys: IssuerKey[] } | { error: string }): Promise<boolean> =>
      unlessRefused(() =>
        table.update(
          keyOf(providerId),
          'keys' in result
            ? { set: { keys: result.keys, refreshedAt: now }, remove: ['lastError'] }
            : { set: { lastError: result.error, lastFailureAt: now } },
          exists('pk'),
        ),
      ),

    /** Asks for another look at the keys, once a minute at most. Answers whether it was now. */
    ask: (providerId: string, now: string, before: string): Promise<boolean> =>
      unlessRefused(() =>
        table.update(
          keyOf(providerId),
          { set: { askedAt: now } },
          and(exists('pk'), or(missing('askedAt'), lessThan('askedAt', before))),
        ),
      ),
  };
};
