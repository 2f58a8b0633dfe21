import * as z from 'zod';
import type { OrganizationId } from '../platform/organization-id.ts';
import { bulkOf } from '../platform/table/bulk.ts';
import { auditKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';

const Absorption = z.object({ into: z.string() });

/** Those of the things that others took in, each with the one that did. */
export const takenIn = async (
  table: Table,
  organizationId: OrganizationId,
  resourceIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const keys = resourceIds.map((id) => auditKeys.absorption(organizationId, id));
  const items = await bulkOf(table).get(keys);
  return new Map(
    resourceIds.flatMap((id, index) => {
      const item = items[index];
      return item ? [[id, Absorption.parse(item).into] as const] : [];
    }),
  );
};
