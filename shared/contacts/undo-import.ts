import * as z from 'zod';
import type { Actor } from '../audit-logs/audit.ts';
import { AppError } from '../errors.ts';
import { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactKeys } from '../platform/table/contact-keys.ts';
import type { Item } from '../platform/table/item.ts';
import type { Table } from '../platform/table/table.ts';
import { contactOfItem } from './contact-item.ts';
import type { ContactServices } from './create-contact.ts';
import { deleteContact } from './delete-contact.ts';
import { reviseContact } from './revise-contact.ts';

/** An import that is to be taken back: its job, its moment, and the list that its contacts joined. */
export interface ImportToUndo {
  jobId: string;
  /** ISO 8601 UTC: what the import wrote into contacts that it let join the list. */
  at: string;
  listId?: string | undefined;
}

const Imported = z.object({ importJob: z.string().optional() });

/** Whether the import made the contact, and whether it put it into its list. */
const partOf = ({ jobId, at, listId }: ImportToUndo, item: Item) => ({
  made: Imported.parse(item).importJob === jobId,
  joined: listId !== undefined && contactOfItem(item).lists[listId] === at,
});

/** The contacts of one page of a bucket that an import made or put into its list. */
export const contactsOfImport = async (
  table: Table,
  organizationId: OrganizationId,
  undone: ImportToUndo,
  { bucket, after, limit }: { bucket: number; after: Position | undefined; limit: number },
) => {
  const pk = contactKeys.buckets(organizationId)[bucket] ?? '';
  const { items, next } = await table.query({ pk, after: after?.[1] ?? undefined, limit, consistent: true });
  const concerned = items.filter((item) => {
    const { made, joined } = partOf(undone, item);
    return made || joined;
  });
  return {
    contactIds: concerned.map(({ sk }) => sk),
    examined: items.length,
    next: next === undefined ? undefined : Position.parse([bucket, next]),
  };
};

/**
 * Takes an import back in one contact. One that it made goes, unless somebody changed it since or it signs in; one
 * that was there before leaves the list that it joined by the import. Answers why a contact was kept that was to go.
 */
export const undoImportOf = async (
  services: ContactServices,
  actor: Actor,
  undone: ImportToUndo,
  contactId: string,
): Promise<{ code: string; error: string } | undefined> => {
  const { table, clock } = services;
  const { organizationId } = actor;
  const { listId, at } = undone;
  const item = await table.get(contactKeys.contact(organizationId, contactId), { consistent: true });
  if (!item) return undefined;
  let kept: { code: string; error: string } | undefined;
  if (partOf(undone, item).made)
    try {
      await deleteContact(services, actor, contactId, 1);
      return undefined;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'NOT_FOUND') return undefined;
      kept = { code: error.code, error: `Kept: ${error.message}` };
    }
  const person = { contactId, by: actor.userId, at: clock().toISOString() };
  await reviseContact(table, organizationId, person, ({ lists }) =>
    listId !== undefined && lists[listId] === at ? { leaves: [listId] } : undefined,
  );
  return kept;
};
