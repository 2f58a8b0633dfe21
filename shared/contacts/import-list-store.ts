import * as z from 'zod';
import { type Member, memberItem } from '../contact-lists/membership.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import { bulkOf, inFlight } from '../platform/table/bulk.ts';
import { contactKeys } from '../platform/table/contact-keys.ts';
import { and, exists, missing } from '../platform/table/expression.ts';
import type { Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { contactOfItem, type StoredContact } from './contact-item.ts';
import type { ImportBatch, Person } from './import-batch.ts';
import { rowUpdater } from './import-update.ts';

const Membership = z.object({ importBatch: z.string().optional() });

export type ListMember = Pick<Member, 'contactId' | 'phone'>;

/** What an import does to contacts that exist, and to its list: each step repeatable. */
export const importListStore = (table: Table, batch: ImportBatch) => {
  const { organizationId, jobId, part, listId } = batch;
  const bulk = bulkOf(table, batch.requestsAtOnce);
  const update = rowUpdater(table, batch);

  const join = async (contact: StoredContact) => {
    if (listId === undefined || listId in contact.lists) return;
    const change = { set: { [`lists.${listId}`]: batch.at } };
    const condition = and(exists('pk'), missing(`lists.${listId}`));
    await unlessRefused(() => table.update(contactKeys.contact(organizationId, contact.id), change, condition));
  };

  return {
    /** Has existing contacts (by the ids that claims gave) join the list, and take what their rows hold if asked. */
    touch: async (found: readonly { contactId: string; person: Person; foreign: boolean }[]): Promise<ListMember[]> => {
      const ids = [...new Set(found.map(({ contactId }) => contactId))];
      const items = await bulk.await(ids.map((id) => contactKeys.contact(organizationId, id)));
      const contacts = new Map(items.flatMap((item) => (item ? [[item.sk, contactOfItem(item)] as const] : [])));
      await mapConcurrently([...contacts.values()], inFlight, join);
      if (batch.duplicates !== 'skip')
        await mapConcurrently(
          found.filter(({ foreign }) => foreign),
          inFlight,
          async ({ contactId, person }) => {
            const contact = contacts.get(contactId);
            if (contact) await update(contact, person);
          },
        );
      return [...contacts.values()].map(({ id, phone = null }) => ({ contactId: id, phone }));
    },

    /** Puts contacts into the list; answers how many memberships this part made, now or in an earlier try. */
    addMembers: async (members: readonly ListMember[]): Promise<number> => {
      if (listId === undefined) return 0;
      const importBatch = `${jobId}#${part}`;
      const distinct = [...new Map(members.map((member) => [member.contactId, member])).values()];
      const standing = await bulk.insertOrFind(
        distinct.map((member) => ({
          ...memberItem(organizationId, listId, { ...member, addedAt: batch.at, addedBy: batch.importedBy }),
          importBatch,
        })),
      );
      return standing.filter((item) => Membership.parse(item).importBatch === importBatch).length;
    },
  };
};
