import * as z from 'zod';
import type { Contact } from '../contacts/contact.ts';
import { writeNames } from '../platform/names.ts';

/** The columns of a file for the fields that an organization calls its own. */
export const OwnColumns = z.object({
  /** A column for each, in this order. */
  names: z.array(z.string()),
  /** Those of them that are defined: an import reads their numbers, booleans and dates back. */
  defined: z.array(z.string()),
  /** Whether there is a column for what has none, or would come back as another. */
  others: z.boolean(),
});
export type OwnColumns = z.infer<typeof OwnColumns>;

type Value = Contact['customFields'][string];

/**
 * The columns that every file has: those that an import fills are called as it knows them. What is derived of a place
 * is left out, for it would come back as given.
 */
const columns: readonly (readonly [string, (contact: Contact) => string | null])[] = [
  ['id', ({ id }) => id],
  ['first_name', ({ firstName }) => firstName],
  ['last_name', ({ lastName }) => lastName],
  ['phone', ({ phone }) => phone],
  ['email', ({ email }) => email],
  ['company', ({ company }) => company],
  ['title', ({ title }) => title],
  ['address', ({ address }) => address],
  ['city', ({ city }) => city],
  ['state', ({ state, stateSource }) => (stateSource === 'given' ? state : null)],
  ['zip', ({ zip }) => zip],
  ['country', ({ country }) => country],
  ['time_zone', ({ timeZone, timeZoneSource }) => (timeZoneSource === 'given' ? timeZone : null)],
  ['tags', ({ tags }) => writeNames(tags)],
  ['status', ({ status }) => status],
  ['lead_status', ({ leadStatus }) => leadStatus],
  ['source', ({ source }) => source],
  ['notes', ({ notes }) => notes],
  ['assigned_manager_id', ({ assignedManagerId }) => assignedManagerId],
  // Not `lists`: in a file of Pinpoint's or Mailchimp's kind those are tags.
  ['contact_lists', ({ lists }) => writeNames(lists.map(({ name }) => name))],
  ['created_at', ({ createdAt }) => createdAt],
  ['updated_at', ({ updatedAt }) => updatedAt],
];

export const headerOf = ({ names, others }: OwnColumns): string[] => [
  ...columns.map(([header]) => header),
  ...names.map((name) => `customFields.${name}`),
  ...(others ? ['custom_fields'] : []),
];

/** A text that is the same after an import: those trim. */
const survives = (value: Value): value is string => typeof value === 'string' && value !== '' && value === value.trim();

/** Makes the rows of a file: a cell for each column, empty for nothing. */
export const rowMaker = ({ names, defined, others }: OwnColumns) => {
  const typed = new Set(defined);
  const known = new Set(names);
  const fits = (name: string, value: Value) => value !== null && (survives(value) || typed.has(name));
  const othersOf = (customFields: Contact['customFields']) => {
    const left = Object.entries(customFields).filter(
      ([name, value]) => value !== null && !(known.has(name) && fits(name, value)),
    );
    return left.length === 0 ? '' : JSON.stringify(Object.fromEntries(left));
  };
  return (contact: Contact): string[] => [
    ...columns.map(([, valueOf]) => valueOf(contact) ?? ''),
    ...names.map((name) => {
      const value = contact.customFields[name];
      return value !== undefined && fits(name, value) ? String(value) : '';
    }),
    ...(others ? [othersOf(contact.customFields)] : []),
  ];
};

/** Names that a part remembers: its item stays far below its limit. */
const mostNoted = 400;

/**
 * What the contacts of a page add to the names of own fields that were noted before them: `text#` where an import could
 * take a value back as text, `other#` where it couldn't, and `more` when there are too many.
 */
export const noteNames = (before: readonly string[], contacts: readonly Contact[]): string[] => {
  const noted = new Set(before);
  for (const { customFields } of contacts)
    for (const [name, value] of Object.entries(customFields))
      if (value !== null) noted.add(`${survives(value) ? 'text' : 'other'}#${name}`);
  return noted.size <= mostNoted
    ? [...noted]
    : [...[...noted].filter((note) => note !== 'more').slice(0, mostNoted - 1), 'more'];
};

/** The columns that defined names and what all parts noted come to. */
export const ownColumnsOf = (definedNames: readonly string[], noted: readonly string[]): OwnColumns => {
  const namesOf = (kind: string) =>
    noted.filter((note) => note.startsWith(kind)).map((note) => note.slice(kind.length));
  const found = new Set(noted);
  const known = new Set(definedNames);
  const met = namesOf('text#').filter((name) => !known.has(name));
  const names = [...definedNames, ...[...new Set(met)].toSorted()].slice(0, mostNoted);
  return {
    names,
    defined: [...definedNames],
    others: found.has('more') || names.length === mostNoted || namesOf('other#').some((name) => !known.has(name)),
  };
};
