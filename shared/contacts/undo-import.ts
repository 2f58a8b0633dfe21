import * as z from 'zod';
import type { Actor } from '../audit-logs/audit.ts';
import { AppError } from '../errors.ts';
import { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactJobKeys, contactKeys } from '../platform/table/contact-keys.ts';
import type { Item } from '../platform/table/item.ts';
import type { Table } from '../platform/table/table.ts';
import { contactOfItem } from './contact-item.ts';
import type { ContactServices } from './create-contact.ts';
import { deleteContact } from './delete-contact.ts';
import { fieldsOf } from './import-batch.ts';
import { Trace } from './import-update.ts';
import { reviseContact } from './revise-contact.ts';

/** An import that is to be taken back: its job, its moment, and the list that its contacts joined. */
export interface ImportToUndo {
  jobId: string;
  /** ISO 8601 UTC: what the import wrote into contacts that it let join the list. */
  at: string;
  listId?: string | undefined;
}

const Imported = z.object({ importJob: z.string().optional(), traceJob: z.string().optional() });

/** What the import did to a contact: made it, changed it, put it into its list. */
const partOf = ({ jobId, at, listId }: ImportToUndo, item: Item) => {
  const { importJob, traceJob } = Imported.parse(item);
  return {
    made: importJob === jobId,
    changed: traceJob === jobId,
    joined: listId !== undefined && contactOfItem(item).lists[listId] === at,
  };
};

/** The contacts of one page of a bucket that an import made, changed or put into its list. */
export const contactsOfImport = async (
  table: Table,
  organizationId: OrganizationId,
  undone: ImportToUndo,
  { bucket, after, limit }: { bucket: number; after: Position | undefined; limit: number },
) => {
  const pk = contactKeys.buckets(organizationId)[bucket] ?? '';
  const { items, next } = await table.query({ pk, after: after?.[1] ?? undefined, limit, consistent: true });
  const concerned = items.filter((item) => {
    const { made, changed, joined } = partOf(undone, item);
    return made || changed || joined;
  });
  return {
    contactIds: concerned.map(({ sk }) => sk),
    examined: items.length,
    next: next === undefined ? undefined : Position.parse([bucket, next]),
  };
};

/**
 * Takes an import back in one contact, unless somebody changed it since: one that it made goes, unless it signs in; one
 * that it changed is again what it was. In any case the contact leaves the list that it joined by the import.
 * Answers why a contact was kept as it is.
 */
export const undoImportOf = async (
  services: ContactServices,
  actor: Actor,
  undone: ImportToUndo,
  contactId: string,
): Promise<{ code: string; error: string } | undefined> => {
  const { table, clock } = services;
  const { organizationId } = actor;
  const { jobId, listId, at } = undone;
  const traceKey = contactJobKeys.trace(organizationId, jobId, contactId);
  const keys = [contactKeys.contact(organizationId, contactId), traceKey];
  const [item, trace] = await table.getAll(keys, { consistent: true });
  if (!item) return undefined;
  const { made, changed } = partOf(undone, item);
  let kept: { code: string; error: string } | undefined;
  if (made)
    try {
      await deleteContact(services, actor, contactId, 1);
      return undefined;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'NOT_FOUND') return undefined;
      kept = { code: error.code, error: `Kept: ${error.message}` };
    }
  // Without a trace it was taken back already, by a try that died before it could say so.
  const before = trace ? Trace.parse(trace) : undefined;
  const person = { contactId, by: actor.userId, at: clock().toISOString() };
  await reviseContact(table, organizationId, person, (contact) => {
    const leaves = listId !== undefined && contact.lists[listId] === at ? [listId] : [];
    if (changed && before?.version === contact.version)
      return { fields: fieldsOf(before.was), leaves, others: [{ delete: traceKey }] };
    if (changed && before && !made) kept = { code: 'STALE_VERSION', error: 'Kept: the contact was changed meanwhile' };
    return leaves.length > 0 ? { leaves } : undefined;
  });
  return kept;
};
