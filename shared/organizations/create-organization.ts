import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { organizationStore } from './organization-store.ts';

/** A name as addresses can have it: `Åse's Café` is `ase-s-cafe`. */
export const slugOf = (name: string) =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replaceAll(/^-+|-+$/g, '') || 'organization';

/** The write that makes an organization, for the transaction that also makes its first admin. */
export const createOrganization = (
  table: Table,
  { id, name, slug, now }: { id: OrganizationId; name: string; slug: string; now: string },
): Write => organizationStore(table, id).create({ id, name, slug, createdAt: now, updatedAt: now, version: 1 });
