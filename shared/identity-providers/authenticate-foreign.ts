import { auditWrites, systemActor } from '../audit-logs/audit.ts';
import type { CallOrigin } from '../auth/authenticate.ts';
import { type AccessRights, type AuthUser, mostRolesOfUser } from '../auth-users/auth-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import type { Directory } from '../directory/directory.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import { type Ids, idOf } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { dueStore } from '../platform/table/due.ts';
import type { Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { openRoles } from '../roles/open-roles.ts';
import { isBuiltInRole, rightsOfRoles } from '../roles/role.ts';
import { claimAt, type IdentityProvider, rolesOf } from './identity-provider.ts';
import { identityProviderStore } from './identity-provider-store.ts';
import { askedId } from './refresh-keys.ts';
import { audiencesOf, readUnverified, refusedToken, verifyForeignToken } from './verify-foreign-token.ts';

export interface ForeignServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  directory: Directory;
}

/** How long it is remembered whose an issuer is, or that it is nobody's: made-up issuers must not be a bill for reads. */
const rememberedMs = 30_000;
const mostRemembered = 1_000;
/** Looks for issuers in a window of ten seconds. */
const mostLooks = 50;
const windowMs = 10_000;
const askedAgainSeconds = 60;

export const issuerName = (issuer: string, audience: string) => JSON.stringify([issuer, audience]);

/**
 * The caller behind a token of an issuer that an organization registered. Provider and user are read with the call, so
 * that a provider switched off and a user disabled count at once; keys are read by a schedule, never here.
 * @throws AppError UNAUTHENTICATED
 */
export const foreignAuthenticator = (services: ForeignServices) => {
  const { clock, directory } = services;
  const known = new Map<string, { at: number; holder: Awaited<ReturnType<Directory['holder']>> }>();
  let looks = { since: 0, count: 0 };

  const holderOf = async (name: string) => {
    const now = clock().getTime();
    const remembered = known.get(name);
    if (remembered && now - remembered.at < rememberedMs) return remembered.holder;
    if (now - looks.since >= windowMs) looks = { since: now, count: 0 };
    looks.count += 1;
    if (looks.count > mostLooks) return undefined;
    const holder = await directory.holder('issuer', name);
    if (known.size >= mostRemembered) known.clear();
    known.set(name, { at: now, holder });
    return holder;
  };

  return async (token: string, from: CallOrigin): Promise<Caller> => {
    const unverified = readUnverified(token);
    if (!unverified) throw refusedToken();
    const { iss } = unverified.claims;
    for (const audience of audiencesOf(unverified.claims)) {
      const holder = await holderOf(issuerName(iss, audience));
      if (holder) return callerOf(services, holder.organizationId, holder.id, { token, from, unverified });
    }
    throw refusedToken();
  };
};

const callerOf = async (
  services: ForeignServices,
  organizationId: OrganizationId,
  providerId: string,
  call: { token: string; from: CallOrigin; unverified: { claims: Record<string, unknown> } },
): Promise<Caller> => {
  const { table, clock } = services;
  const store = identityProviderStore(table, organizationId);
  const userIdOf = (subject: unknown) => idOf('identity-provider', providerId, String(subject));
  // By the default claim for now: only for the read that comes along, and nothing is decided by it.
  const guess = userIdOf(call.unverified.claims.sub);
  const found = await store.forCall(providerId, guess);
  const { provider } = found;
  if (!provider?.active) throw refusedToken();
  const claims = await verifyForeignToken(provider, call.token, clock(), () => ask(services, organizationId, provider));
  const subject = claimAt(claims, provider.subjectClaim);
  if (typeof subject !== 'string' || subject === '' || subject.length > 255) throw refusedToken();
  const userId = userIdOf(subject);
  const access = userId === guess ? found.access : (await store.forCall(providerId, userId)).access;
  const roles = rolesOf(provider, claims).slice(0, mostRolesOfUser);
  const user = await provision(services, organizationId, { provider, userId, subject, claims, roles, access });
  if (!user.active) throw refusedToken();
  const custom = await openRoles(table, organizationId).all(roles.filter((role) => !isBuiltInRole(role)));
  return {
    kind: 'federated',
    organizationId,
    homeOrganizationId: organizationId,
    userId,
    name: user.name,
    ...rightsOfRoles(roles, custom),
    superuser: false,
    ...call.from,
  };
};

/** A key that we don't know may be new: the schedule looks within a minute, once however many tokens have it. */
const ask = async ({ table, clock }: ForeignServices, organizationId: OrganizationId, { id }: IdentityProvider) => {
  const now = clock();
  const isFirst = await identityProviderStore(table, organizationId).ask(
    id,
    now.toISOString(),
    isoAfter(now, -askedAgainSeconds),
  );
  if (!isFirst) return;
  const due = dueStore(table, 'identity-providers');
  await table.transact([due.watch(organizationId, askedId(id), now.toISOString())]);
};

interface Comer {
  provider: IdentityProvider;
  userId: string;
  subject: string;
  claims: Record<string, unknown>;
  roles: string[];
  access: AccessRights | undefined;
}

const textAt = (claims: Record<string, unknown>, path: string) => {
  const value = claimAt(claims, path);
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
};

/**
 * The auth user of whoever comes by such a token, made on the first call so that admins see and can disable it; its
 * roles are written again only when the token has others.
 */
const provision = async (services: ForeignServices, organizationId: OrganizationId, comer: Comer) => {
  const { table, clock } = services;
  const { provider, userId, subject, claims, roles, access } = comer;
  const store = openUsers(table, organizationId);
  const now = clock().toISOString();
  const recorded = (action: string, after: AuthUser) =>
    auditWrites(services, systemActor(organizationId, `identity-provider ${provider.name}`), {
      action,
      resource: 'auth_user',
      resourceId: userId,
      after: { ...after },
    });
  const fullName = textAt(claims, provider.nameClaim);
  const email = textAt(claims, provider.emailClaim);
  if (!access) {
    const user: AuthUser = {
      id: userId,
      organizationId,
      username: `${provider.name}/${subject}`,
      ...(email === undefined ? {} : { email }),
      ...(fullName === undefined ? {} : { fullName }),
      roles,
      active: true,
      superuser: false,
      identityProviderId: provider.id,
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    // Whoever comes second at the same moment finds the user of the first.
    await unlessRefused(() => table.transact([...store.create(user), ...recorded('user_provisioned', user)]));
    return { active: true, name: fullName ?? user.username };
  }
  if (access.active && JSON.stringify(access.roles.toSorted()) !== JSON.stringify(roles.toSorted())) {
    const before = await store.find(userId);
    if (before) {
      const after = { ...before, roles, updatedAt: now };
      // The roles of this call are those of its token, whether or not they could be noted.
      await store.revise(before, after, { others: recorded('roles_changed', after) }).catch(() => false);
    }
  }
  return { active: access.active, name: access.name };
};
