import { auditWrites } from '../audit-logs/audit.ts';
import type { Directory } from '../directory/directory.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import { type Outbound, OutboundRefused } from '../platform/outbound.ts';
import { dueStore } from '../platform/table/due.ts';
import type { Table } from '../platform/table/table.ts';
import { TransactionRefused } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { assertMayAssign, chooseRoles } from '../roles/grants.ts';
import { issuerName } from './authenticate-foreign.ts';
import { fetchKeys } from './fetch-keys.ts';
import {
  type IdentityProvider,
  type IdentityProviderChange,
  type IdentityProviderView,
  type NewIdentityProvider,
  viewOfIdentityProvider,
} from './identity-provider.ts';
import { identityProviderStore } from './identity-provider-store.ts';
import { refreshProvider, refreshSeconds } from './refresh-keys.ts';

export interface IdentityProviderServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  directory: Directory;
  outbound: Outbound;
}

const mostProviders = 20;

/** What admins do with the issuers whose tokens their organization accepts. */
export const identityProviderManagement = (services: IdentityProviderServices) => {
  const { table, clock, ids, directory, outbound } = services;
  const storeOf = ({ organizationId }: Caller) => identityProviderStore(table, organizationId);
  const due = dueStore(table, 'identity-providers');

  const standing = async (caller: Caller, providerId: string) => {
    const provider = await storeOf(caller).get(providerId);
    if (!provider) throw notFound('IdentityProvider');
    return provider;
  };

  /** Mapped roles as they are stored: none that the caller couldn't give. */
  const mapped = async <T extends Pick<NewIdentityProvider, 'roles' | 'defaultRole'>>(caller: Caller, given: T) => {
    const chosen = async (role: string, field: string) => {
      const choice = await chooseRoles(table, caller, [role], field);
      assertMayAssign(caller, choice, field);
      return choice.roles[0] ?? role;
    };
    const roles = [];
    for (const [index, mapping] of given.roles.entries())
      roles.push({ ...mapping, role: await chosen(mapping.role, `roles.${index}.role`) });
    return { ...given, roles, defaultRole: given.defaultRole && (await chosen(given.defaultRole, 'defaultRole')) };
  };

  const noteOf = (action: string, before: IdentityProvider | undefined, after: IdentityProvider | undefined) => ({
    action,
    resource: 'identity_provider',
    resourceId: after?.id ?? before?.id ?? '',
    ...(before ? { before: viewOfIdentityProvider(before) } : {}),
    ...(after ? { after: viewOfIdentityProvider(after) } : {}),
  });

  return {
    list: async (caller: Caller): Promise<IdentityProviderView[]> =>
      (await storeOf(caller).list()).map(viewOfIdentityProvider),

    /** @throws AppError NOT_FOUND */
    show: async (caller: Caller, providerId: string) => viewOfIdentityProvider(await standing(caller, providerId)),

    /** @throws AppError FORBIDDEN, VALIDATION_ERROR naming issuer when its keys can't be read, DUPLICATE, CONFLICT */
    create: async (caller: Caller, body: NewIdentityProvider): Promise<IdentityProviderView> => {
      const given = await mapped(caller, body);
      if ((await storeOf(caller).list()).length >= mostProviders)
        throw new AppError('CONFLICT', `An organization has at most ${mostProviders} identity providers`);
      const keys = await fetchKeys(outbound, given.issuer).catch((error: unknown) => {
        if (error instanceof OutboundRefused) throw invalidField('issuer', `issuer: ${error.message}`);
        throw error;
      });
      const now = clock();
      const provider: IdentityProvider = {
        ...given,
        id: ids.random(),
        keys,
        refreshedAt: now.toISOString(),
        createdAt: now.toISOString(),
        updatedAt: now.toISOString(),
        version: 1,
      };
      const holder = { organizationId: caller.organizationId, id: provider.id };
      try {
        await table.transact([
          directory.claim('issuer', issuerName(given.issuer, given.audience), holder),
          storeOf(caller).create(provider),
          due.watch(caller.organizationId, provider.id, isoAfter(now, refreshSeconds)),
          ...auditWrites(services, caller, noteOf('identity_provider_created', undefined, provider)),
        ]);
      } catch (error) {
        if (!(error instanceof TransactionRefused)) throw error;
        if (error.refused.has(0))
          throw new AppError('DUPLICATE', 'This issuer is registered for this audience', { field: 'audience' });
      }
      return viewOfIdentityProvider(provider);
    },

    /** What is absent stays. @throws AppError NOT_FOUND, FORBIDDEN, VALIDATION_ERROR, STALE_VERSION */
    change: async (caller: Caller, providerId: string, { version, ...change }: IdentityProviderChange) => {
      const before = await standing(caller, providerId);
      if (version !== undefined && version !== before.version) throw stale(before.version);
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const after: IdentityProvider = {
        ...(await mapped(caller, { ...before, ...given })),
        updatedAt: clock().toISOString(),
      };
      const note = auditWrites(services, caller, noteOf('identity_provider_updated', before, after));
      if (!(await unlessRefused(() => table.transact([storeOf(caller).revise(before, after), ...note]))))
        throw stale(undefined);
      return viewOfIdentityProvider({ ...after, version: before.version + 1 });
    },

    /** Its tokens are refused from the next call on. @throws AppError NOT_FOUND, CONFLICT */
    delete: async (caller: Caller, providerId: string): Promise<{ message: string }> => {
      const provider = await standing(caller, providerId);
      const holder = { organizationId: caller.organizationId, id: provider.id };
      const writes = [
        directory.release('issuer', issuerName(provider.issuer, provider.audience), holder),
        storeOf(caller).delete(provider),
        ...auditWrites(services, caller, noteOf('identity_provider_deleted', provider, undefined)),
      ];
      if (!(await unlessRefused(() => table.transact(writes))))
        throw new AppError('CONFLICT', 'Somebody else is changing this provider; try again');
      return { message: 'Identity provider deleted' };
    },

    /** Looks at the issuer's keys now. @throws AppError NOT_FOUND */
    refresh: async (caller: Caller, providerId: string): Promise<IdentityProviderView> => {
      await standing(caller, providerId);
      await refreshProvider(services, caller.organizationId, providerId);
      return viewOfIdentityProvider(await standing(caller, providerId));
    },
  };
};

const stale = (version: number | undefined) =>
  new AppError('STALE_VERSION', 'Somebody else changed the provider meanwhile', { field: 'version', version });
