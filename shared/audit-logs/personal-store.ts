import type { OrganizationId } from '../platform/organization-id.ts';
import { bulkOf } from '../platform/table/bulk.ts';
import type { Item } from '../platform/table/item.ts';
import { auditKeys } from '../platform/table/keys.ts';
import { merged } from '../platform/table/stream.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { type AuditEntry, PersonalValues } from './audit-log.ts';

const itemsAtOnce = 100;

/** Parts of the transaction of an entry: its personal values; where a thing is taken in, that it was. */
export const personalWrites = (
  organizationId: OrganizationId,
  { id, resourceId }: AuditEntry,
  values: PersonalValues,
): Write[] => [
  { put: { ...auditKeys.personal(organizationId, resourceId, id), ...values } },
  ...(values.absorbed === undefined
    ? []
    : [{ put: { ...auditKeys.absorption(organizationId, values.absorbed), into: resourceId } }]),
];

/** The personal values of entries, by the entry's id: those that stand. */
export const personalValuesOf = async (
  table: Table,
  organizationId: OrganizationId,
  entries: readonly AuditEntry[],
): Promise<ReadonlyMap<string, PersonalValues>> => {
  const vouched = entries.filter(({ digest }) => digest !== undefined);
  const keys = vouched.map(({ id, resourceId }) => auditKeys.personal(organizationId, resourceId, id));
  const items = await bulkOf(table).get(keys);
  return new Map(
    vouched.flatMap(({ id }, index) => {
      const item = items[index];
      return item ? [[id, PersonalValues.parse(item)] as const] : [];
    }),
  );
};

/** All that is kept of a thing under its id. */
export const personalItems = async (
  table: Table,
  organizationId: OrganizationId,
  resourceId: string,
): Promise<Item[]> => {
  const pk = auditKeys.personalOf(organizationId, resourceId);
  const prefix = auditKeys.personalPrefix(resourceId);
  const items: Item[] = [];
  for await (const item of merged(table, [pk], { prefix, atOnce: itemsAtOnce, consistent: true })) items.push(item);
  return items;
};
