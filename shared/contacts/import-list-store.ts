import * as z from 'zod';
import { type Member, memberItem } from '../contact-lists/membership.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import { bulkOf, inFlight, unlessRefused } from '../platform/table/bulk.ts';
import { and, differs, exists, missing, moreThan, or } from '../platform/table/expression.ts';
import { contactKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import { contactOfItem, type StoredContact } from './contact-item.ts';
import type { ImportBatch, Person } from './import-batch.ts';

const Membership = z.object({ importBatch: z.string().optional() });

export type ListMember = Pick<Member, 'contactId' | 'phone'>;

/** What an import does to contacts that exist, and to its list: each step repeatable. */
export const importListStore = (table: Table, batch: ImportBatch) => {
  const { organizationId, jobId, part, listId } = batch;
  const bulk = bulkOf(table);

  const join = async (contact: StoredContact) => {
    if (listId === undefined || listId in contact.lists) return;
    const change = { set: { [`lists.${listId}`]: batch.at } };
    const condition = and(exists('pk'), missing(`lists.${listId}`));
    await unlessRefused(table.update(contactKeys.contact(organizationId, contact.id), change, condition));
  };

  /** A row is applied once, the first of several last: a repetition must not undo what people changed since. */
  const update = async (contact: StoredContact, { row, fields }: Person) => {
    const tags = fields.tags ? { tags: [...new Set([...(contact.tags ?? []), ...fields.tags])] } : {};
    const change = {
      set: { ...fields, ...tags, updatedAt: batch.at, updateJob: jobId, updateRow: row },
      add: { version: 1 },
    };
    const notYet = or(missing('updateJob'), differs('updateJob', jobId), moreThan('updateRow', row));
    const key = contactKeys.contact(organizationId, contact.id);
    await unlessRefused(table.update(key, change, and(exists('pk'), notYet)));
  };

  return {
    /** Has existing contacts (by the ids that claims gave) join the list, and take what their rows hold if asked. */
    touch: async (found: readonly { contactId: string; person: Person; foreign: boolean }[]): Promise<ListMember[]> => {
      const ids = [...new Set(found.map(({ contactId }) => contactId))];
      const items = await bulk.await(ids.map((id) => contactKeys.contact(organizationId, id)));
      const contacts = new Map(items.flatMap((item) => (item ? [[item.sk, contactOfItem(item)] as const] : [])));
      await mapConcurrently([...contacts.values()], inFlight, join);
      if (batch.updatesExisting)
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
