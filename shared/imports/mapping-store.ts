import { z } from 'zod';
import { idOf } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { importKeys } from '../platform/table/contact-keys.ts';
import { exists, missing } from '../platform/table/expression.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { Mapping } from './mapping.ts';

export const SavedMapping = z
  .object({
    id: z.uuid(),
    name: z.string(),
    mapping: Mapping,
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'SavedImportMapping' });
export type SavedMapping = z.infer<typeof SavedMapping>;

/** A name is taken by whoever has it but for case: the id follows from it, so one item is both. */
export const mappingIdOf = (organizationId: OrganizationId, name: string) =>
  idOf(organizationId, 'import-mapping', name.toLowerCase());

/** The mappings that an organization keeps for its next files. */
export const mappingStore = (table: Table, organizationId: OrganizationId) => ({
  get: async (mappingId: string): Promise<SavedMapping | undefined> => {
    const item = await table.get(importKeys.mapping(organizationId, mappingId), { consistent: true });
    return item && SavedMapping.parse({ ...item, id: item.sk });
  },

  /** Every mapping of the organization: it may have a hundred. */
  list: async (): Promise<SavedMapping[]> => {
    const found: SavedMapping[] = [];
    let after: string | undefined;
    do {
      const page = await table.query({ pk: importKeys.mappings(organizationId), after, consistent: true });
      found.push(...page.items.map((item) => SavedMapping.parse({ ...item, id: item.sk })));
      after = page.next;
    } while (after !== undefined);
    return found;
  },

  /** The write that keeps a mapping; it fails when the name is taken. */
  create: ({ id, ...mapping }: SavedMapping): Write => ({
    put: { ...importKeys.mapping(organizationId, id), ...mapping },
    if: missing('pk'),
  }),

  /** The write that takes a mapping away; it fails when there is none. */
  delete: (mappingId: string): Write => ({ delete: importKeys.mapping(organizationId, mappingId), if: exists('pk') }),
});
