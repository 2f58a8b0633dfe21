import * as z from 'zod';
import { authUserClaims } from '../auth-users/delete-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import type { ClaimKind, Directory, Holder } from '../directory/directory.ts';
import { issuerName } from '../identity-providers/authenticate-foreign.ts';
import type { Clock } from '../platform/clock.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { identityProviderKeys, organizationKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { closureStore } from './closure-store.ts';
import { sectionsOf } from './organization-partitions.ts';

/** The objects of an organization in one bucket. */
export interface ObjectSweep {
  /** Deletes some of what begins so. Answers whether nothing is left. */
  deleteSome(prefix: string): Promise<boolean>;
}

export interface ErasureServices {
  table: Table;
  clock: Clock;
  directory: Directory;
  sweeps: { sweep: ObjectSweep; prefixesOf(organizationId: OrganizationId): string[] }[];
}

const Named = z.object({ slug: z.string().optional(), sender: z.string().optional() });
const Issuer = z.object({ issuer: z.string(), audience: z.string(), id: z.string() });

const partitionsAtOnce = 8;

/** Frees a name that the organization holds; one that somebody else took since stays theirs. */
const free = (table: Table, write: Write) => unlessRefused(() => table.transact([write]));

/** The names in the directory: found from items that are still there, so before those go. */
const releaseNames = async ({ table, directory }: ErasureServices, organizationId: OrganizationId) => {
  const own: Holder = { organizationId, id: organizationId };
  const release = (kind: ClaimKind, value: string | undefined, holder = own) =>
    value === undefined ? undefined : free(table, directory.release(kind, value, holder));
  const users = openUsers(table, organizationId);
  for (let after: Parameters<typeof users.page>[0]; ; ) {
    const page = await users.page(after, 100);
    for (const user of page.items) for (const write of authUserClaims(directory, user)) await free(table, write);
    after = page.next;
    if (!after) break;
  }
  const providers = await table.query({ pk: identityProviderKeys.providers(organizationId), consistent: true });
  for (const item of providers.items) {
    const { issuer, audience, id } = Issuer.parse(item);
    await release('issuer', issuerName(issuer, audience), { organizationId, id });
  }
  const sender = Named.parse((await table.get(organizationKeys.provider(organizationId))) ?? {});
  await release('sender', sender.sender);
  const { slug } = Named.parse((await table.get(organizationKeys.organization(organizationId))) ?? {});
  await release('slug', slug);
};

/**
 * Erases until the time is up. Answers whether nothing is left. Whatever was interrupted begins anew: what is gone
 * costs a query that finds nothing. The closure itself, by which a crash is noticed, goes with the last partition.
 */
export const eraseOn = async (
  services: ErasureServices,
  organizationId: OrganizationId,
  isTimeUp: () => boolean,
): Promise<boolean> => {
  const { table, clock, sweeps } = services;
  await releaseNames(services, organizationId);
  for (const { sweep, prefixesOf } of sweeps)
    for (const prefix of prefixesOf(organizationId))
      while (!(await sweep.deleteSome(prefix))) if (isTimeUp()) return false;
  const closureKey = organizationKeys.closure(organizationId);
  const erase = async (pk: string) => {
    while (!isTimeUp()) {
      const { items, next } = await table.query({ pk, limit: 500, consistent: true });
      await table.writeAll({ deletes: items.filter(({ sk }) => sk !== closureKey.sk) });
      if (next === undefined) return;
    }
  };
  // Most partitions of most organizations are empty: several at once, section by section.
  for (const { partitions } of sectionsOf(organizationId)) {
    await mapConcurrently(await partitions(table), partitionsAtOnce, erase);
    if (isTimeUp()) return false;
  }
  await closureStore(table, organizationId).tombstone(clock().toISOString());
  await table.delete(closureKey);
  return true;
};
