import { z } from 'zod';
import { auditWrites } from '../audit-logs/audit.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { Mapping } from './mapping.ts';
import { mappingIdOf, mappingStore, type SavedMapping } from './mapping-store.ts';

/** They are read as one list. */
const mostMappings = 100;

export const NewMapping = z
  .strictObject({ name: z.string().trim().min(1).max(100), mapping: Mapping })
  .meta({ id: 'NewImportMapping' });
export type NewMapping = z.infer<typeof NewMapping>;

export interface MappingServices {
  table: Table;
  clock: Clock;
  ids: Ids;
}

const taken = (field: string) => new AppError('DUPLICATE', 'A mapping has this name already', { field });

/**
 * The writes that keep a mapping as part of something larger.
 * @throws AppError DUPLICATE naming `field`, CONFLICT when there are too many
 */
export const keepMapping = async (
  { table, clock, ids }: MappingServices,
  caller: Caller,
  { name, mapping }: NewMapping,
  field: string,
): Promise<{ saved: SavedMapping; writes: Write[] }> => {
  const store = mappingStore(table, caller.organizationId);
  const standing = await store.list();
  const id = mappingIdOf(caller.organizationId, name);
  if (standing.some((other) => other.id === id)) throw taken(field);
  if (standing.length >= mostMappings)
    throw new AppError('CONFLICT', `An organization keeps at most ${mostMappings} mappings: delete one first`);
  const saved = { id, name, mapping, createdBy: caller.userId, createdAt: clock().toISOString() };
  const note = { action: 'import_mapping_created', resource: 'import_mapping', resourceId: id, details: { name } };
  return { saved, writes: [store.create(saved), ...auditWrites({ clock, ids }, caller, note)] };
};

/** What people do with the mappings of their organization. */
export const mappingManagement = (services: MappingServices) => {
  const { table, clock, ids } = services;
  return {
    /** By name. */
    list: async ({ organizationId }: Caller): Promise<SavedMapping[]> =>
      (await mappingStore(table, organizationId).list()).toSorted((a, b) => (a.name < b.name ? -1 : 1)),

    /** @throws AppError DUPLICATE, CONFLICT */
    create: async (caller: Caller, given: NewMapping): Promise<SavedMapping> => {
      const { saved, writes } = await keepMapping(services, caller, given, 'name');
      if (!(await unlessRefused(() => table.transact(writes)))) throw taken('name');
      return saved;
    },

    /** Imports that were announced with it keep what it was. @throws AppError NOT_FOUND */
    delete: async (caller: Caller, mappingId: string): Promise<{ message: string }> => {
      const store = mappingStore(table, caller.organizationId);
      const saved = await store.get(mappingId);
      if (!saved) throw notFound('Mapping');
      const note = {
        action: 'import_mapping_deleted',
        resource: 'import_mapping',
        resourceId: mappingId,
        details: { name: saved.name },
      };
      await unlessRefused(() =>
        table.transact([store.delete(mappingId), ...auditWrites({ clock, ids }, caller, note)]),
      );
      return { message: 'Mapping deleted' };
    },
  };
};

/** What a saved mapping says. @throws AppError VALIDATION_ERROR when there is none */
export const savedMapping = async (table: Table, { organizationId }: Caller, mappingId: string): Promise<Mapping> => {
  const saved = await mappingStore(table, organizationId).get(mappingId);
  if (!saved) throw invalidField('mappingId', 'Mapping not found');
  return saved.mapping;
};
