import * as z from 'zod';
import { type Member, memberItem } from '../contact-lists/membership.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import { bulkOf, inFlight } from '../platform/table/bulk.ts';
import { contactJobKeys, contactKeys } from '../platform/table/contact-keys.ts';
import { and, differs, equals, exists, missing, moreThan, or } from '../platform/table/expression.ts';
import { backOff } from '../platform/table/retry.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { changeIndex } from './contact-index.ts';
import { contactOfItem, type StoredContact } from './contact-item.ts';
import { fieldsOf, type ImportBatch, type Person, type PersonFields } from './import-batch.ts';
import { traceTtl } from './undo-period.ts';

const Updated = z.object({ updateJob: z.string().optional(), updateRow: z.number().optional() });

const Membership = z.object({ importBatch: z.string().optional() });

/** A file says in text what may be kept as a number, and with its white space: the same text is no change. */
const saysAgain = (standing: unknown, value: unknown) => standing !== undefined && inText(standing) === inText(value);

const inText = (value: unknown) => (typeof value === 'string' ? value.trim() : JSON.stringify(value));

export type ListMember = Pick<Member, 'contactId' | 'phone'>;

/** What an import does to contacts that exist, and to its list: each step repeatable. */
export const importListStore = (table: Table, batch: ImportBatch) => {
  const { organizationId, jobId, part, listId } = batch;
  const bulk = bulkOf(table);

  const join = async (contact: StoredContact) => {
    if (listId === undefined || listId in contact.lists) return;
    const change = { set: { [`lists.${listId}`]: batch.at } };
    const condition = and(exists('pk'), missing(`lists.${listId}`));
    await unlessRefused(() => table.update(contactKeys.contact(organizationId, contact.id), change, condition));
  };

  /** A row is applied once, the first of several last: a repetition must not undo what people changed since. */
  const update = async (found: StoredContact, { row, fields }: Person) => {
    const key = contactKeys.contact(organizationId, found.id);
    for (let attempt = 0, contact: StoredContact | undefined = found; contact; attempt += 1) {
      await backOff(attempt);
      const changed = changedFields(contact, fields);
      if (Object.keys(fields).length === 0) return;
      // A row that changes nothing leaves its trace all the same: a later row of the contact must not come after it.
      const isChange = Object.keys(changed).length > 0;
      const trace = { updateJob: jobId, updateRow: row };
      const set = isChange ? { ...changed, updatedAt: batch.now, ...trace } : trace;
      const notYet = or(missing('updateJob'), differs('updateJob', jobId), moreThan('updateRow', row));
      const condition = and(exists('pk'), equals('version', contact.version), notYet);
      const change = isChange ? { set, add: { version: 1 } } : { set };
      const updatedAt = isChange ? batch.now : contact.updatedAt;
      const indexing = changeIndex(organizationId, contact, { ...contact, ...changed, updatedAt });
      const before: Write = {
        update: contactJobKeys.trace(organizationId, jobId, contact.id),
        change: {
          setOnce: { was: fieldsOf(contact) },
          set: { version: contact.version + 1, ttl: traceTtl(new Date(batch.now)) },
        },
      };
      const writes = [{ update: key, change, if: condition }, ...(isChange ? [before] : []), ...indexing];
      if (await unlessRefused(() => table.transact(writes))) return;
      const item = await table.get(key, { consistent: true });
      const { updateJob, updateRow = 0 } = Updated.parse(item ?? {});
      // Refused because somebody changed the contact meanwhile, and not because the row was applied.
      contact = item && (updateJob !== jobId || updateRow > row) ? contactOfItem(item) : undefined;
    }
  };

  /**
   * What the row changes of all that it holds, or of what the contact lacks: a file that was exported and comes back
   * changes nothing. Tags and own fields are merged.
   */
  const changedFields = (contact: StoredContact, { tags, customFields, ...fields }: PersonFields) => {
    const fills = batch.duplicates === 'fill';
    const standing: Record<string, unknown> = { ...contact };
    const said = Object.entries(customFields ?? {}).filter(
      ([name, value]) => !saysAgain(contact.customFields?.[name], value),
    );
    const own = fills
      ? { ...customFields, ...contact.customFields }
      : { ...contact.customFields, ...Object.fromEntries(said) };
    const wanted = {
      ...Object.fromEntries(Object.entries(fields).filter(([name]) => !fills || standing[name] === undefined)),
      ...(tags && !(fills && contact.tags) ? { tags: [...new Set([...(contact.tags ?? []), ...tags])] } : {}),
      ...(customFields ? { customFields: own } : {}),
    };
    return Object.fromEntries(
      Object.entries(wanted).filter(([name, value]) => JSON.stringify(standing[name]) !== JSON.stringify(value)),
    );
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
