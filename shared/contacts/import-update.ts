import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { contactJobKeys, contactKeys } from '../platform/table/contact-keys.ts';
import { and, differs, equals, exists, missing, moreThan, or } from '../platform/table/expression.ts';
import { backOff } from '../platform/table/retry.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { changeIndex } from './contact-index.ts';
import { contactOfItem, forgetTrace, StoredContact } from './contact-item.ts';
import { fieldsOf, type ImportBatch, type Person, type PersonFields } from './import-batch.ts';
import { traceTtl } from './undo-period.ts';

const Updated = z.object({ updateJob: z.string().optional(), updateRow: z.number().optional() });

/** What a contact was before an import changed it, and the version that the import made of it. */
export const Trace = z.object({ was: StoredContact.partial(), version: z.number() });

/** A file says in text what may be kept as a number, and with its white space: the same text is no change. */
const saysAgain = (standing: unknown, value: unknown) => standing !== undefined && inText(standing) === inText(value);

const inText = (value: unknown) => (typeof value === 'string' ? value.trim() : JSON.stringify(value));

/** What a row makes of the fields of a contact: all that it holds, or what the contact lacks. Tags and own fields are merged. */
const written = (
  standing: PersonFields,
  { tags, customFields, ...fields }: PersonFields,
  duplicates: ImportBatch['duplicates'],
): PersonFields => {
  const fills = duplicates === 'fill';
  const own = standing.customFields;
  const said = Object.entries(customFields ?? {}).filter(([name, value]) => !saysAgain(own?.[name], value));
  return {
    ...(fills ? { ...fields, ...present(standing) } : { ...standing, ...fields }),
    ...(tags && !(fills && standing.tags) ? { tags: [...new Set([...(standing.tags ?? []), ...tags])] } : {}),
    ...(customFields
      ? { customFields: fills ? { ...customFields, ...own } : { ...own, ...Object.fromEntries(said) } }
      : {}),
  };
};

const present = (fields: PersonFields): PersonFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/**
 * Has contacts that exist take what rows of an import hold. Of several rows for one contact the first of the file
 * counts, in whatever order they come: a later one that came sooner is taken back. A file that was exported and comes
 * back changes nothing.
 */
export const rowUpdater = (table: Table, { organizationId, jobId, duplicates, now }: ImportBatch) => {
  /** What the contact was before this import; as it stands where the import didn't change it, or somebody has since. */
  const fieldsBefore = async (contact: StoredContact): Promise<PersonFields> => {
    if (contact.traceJob !== jobId) return fieldsOf(contact);
    const item = await table.get(contactJobKeys.trace(organizationId, jobId, contact.id), { consistent: true });
    const trace = item && Trace.parse(item);
    return fieldsOf(trace?.version === contact.version ? trace.was : contact);
  };

  /** A row is applied once: a repetition must not undo what people changed since. */
  return async (found: StoredContact, { row, fields }: Person): Promise<void> => {
    if (Object.keys(fields).length === 0) return;
    const key = contactKeys.contact(organizationId, found.id);
    for (let attempt = 0, contact: StoredContact | undefined = found; contact; attempt += 1) {
      await backOff(attempt);
      const standing = new Map<string, unknown>(Object.entries(contact));
      const was = await fieldsBefore(contact);
      const wanted = fieldsOf(written(was, fields, duplicates));
      const changed = Object.entries(wanted).filter(([name, value]) => !isDeepStrictEqual(standing.get(name), value));
      const notYet = or(missing('updateJob'), differs('updateJob', jobId), moreThan('updateRow', row));
      const condition = and(exists('pk'), equals('version', contact.version), notYet);
      // A row that changes nothing leaves its mark all the same: a later row of the contact must not come after it.
      const mark = { updateJob: jobId, updateRow: row };
      const writes: Write[] = [
        {
          update: key,
          change: {
            set: { ...present(Object.fromEntries(changed)), updatedAt: now, ...mark, traceJob: jobId },
            remove: changed.flatMap(([name, value]) => (value === undefined ? [name] : [])),
            add: { version: 1 },
          },
          if: condition,
        },
        {
          update: contactJobKeys.trace(organizationId, jobId, contact.id),
          change: { set: { was, version: contact.version + 1, ttl: traceTtl(new Date(now)) } },
        },
        // What an import before this one overwrote can't be taken back any more.
        ...(contact.traceJob === jobId ? [] : forgetTrace(organizationId, contact)),
        ...changeIndex(organizationId, contact, { ...contact, ...wanted, updatedAt: now }),
      ];
      const write = () => (changed.length === 0 ? table.update(key, { set: mark }, condition) : table.transact(writes));
      if (await unlessRefused(write)) return;
      const item = await table.get(key, { consistent: true });
      const { updateJob, updateRow = 0 } = Updated.parse(item ?? {});
      // Refused because somebody changed the contact meanwhile, and not because the row was applied.
      contact = item && (updateJob !== jobId || updateRow > row) ? contactOfItem(item) : undefined;
    }
  };
};
