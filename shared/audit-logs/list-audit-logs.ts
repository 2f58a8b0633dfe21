import type * as z from 'zod';
import { type Position, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import { sequentialFrom } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import { type AuditEntry, viewOfEntry } from './audit-log.ts';
import { auditStore } from './audit-store.ts';
import { personalValuesOf } from './personal-store.ts';
import type { auditLogRoutes } from './routes.ts';

type Query = z.infer<typeof auditLogRoutes.listAuditLogs.query>;

/** What one request reads at the most, however little of it passes the filter. */
const mostRead = 1000;
const readAtOnce = 100;

/**
 * A page of the organization's audit log, with the personal values that stand.
 * @throws AppError INVALID_CURSOR, PAGE_TOO_DEEP
 */
export const listAuditLogs = async (table: Table, { organizationId }: Caller, query: Query) => {
  const store = auditStore(table, organizationId);
  const from = query.from === undefined ? undefined : sequentialFrom(new Date(query.from));
  const end = query.to === undefined ? undefined : sequentialFrom(new Date(query.to));
  const isWanted = (entry: AuditEntry) =>
    (['userId', 'action', 'resource', 'resourceId'] as const).every(
      (name) => query[name] === undefined || entry[name] === query[name],
    );

  /** The entries of all partitions, merged: a position is the last id that was looked at. */
  const read = async (after: Position | undefined, limit: number) => {
    const items: AuditEntry[] = [];
    let last = after?.[1] ?? end;
    for (let looked = 0; looked < mostRead; ) {
      const entries = await store.newest({ before: last, from, limit: readAtOnce });
      for (const entry of entries) {
        if (items.length === limit) return { items, next: positionOf(last) };
        last = entry.id;
        if (isWanted(entry)) items.push(entry);
      }
      looked += entries.length;
      if (entries.length < readAtOnce) return { items, next: undefined };
    }
    return { items, next: positionOf(last) };
  };
  const page = await readPage(query, null, read);
  const personal = await personalValuesOf(table, organizationId, page.data);
  return { ...page, data: page.data.map((entry) => viewOfEntry(organizationId, entry, personal.get(entry.id))) };
};

const positionOf = (id: string | undefined): Position | undefined => (id === undefined ? undefined : [0, id]);
