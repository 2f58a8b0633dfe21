import * as z from 'zod';
import { type CustomFields, storable } from '../contacts/contact.ts';
import { invalidField } from '../errors.ts';
import { type CustomFieldDefinition, type CustomFieldType, caseless } from './custom-field.ts';

type Value = CustomFields[string];

/** A value as it is stored, null for none; or what is wrong with the text. */
export type ReadCustomField = { kind: 'value'; value: Value } | { kind: 'refused'; message: string };

/** The value of a type, `undefined` where it is none. */
type Reader<T> = (given: T, definition: CustomFieldDefinition) => Value | undefined;

/**
 * Custom fields that came by JSON, as they are to be stored: names and choices spelled as they are defined, dates as
 * YYYY-MM-DD, an empty text none. A field that isn't defined is taken as it comes.
 * @throws AppError VALIDATION_ERROR naming `customFields.NAME`, with what is expected there
 */
export const checkCustomFields = (
  definitions: readonly CustomFieldDefinition[],
  fields: CustomFields,
): CustomFields => {
  const defined = new Map(definitions.map((definition) => [caseless(definition.name), definition]));
  const checked = new Map<string, Value>();
  for (const [name, value] of Object.entries(fields)) {
    const definition = defined.get(caseless(name));
    if (!definition) {
      checked.set(name, value);
      continue;
    }
    const field = `customFields.${name}`;
    if (checked.has(definition.name))
      throw invalidField(field, `${field}: given twice, the case of a name does not matter`);
    const read = value === null || value === '' ? null : ofJson[definition.type](value, definition);
    if (read === undefined)
      throw invalidField(field, `${field}: expected ${expected.json(definition)}`, { constraint: definition.type });
    checked.set(definition.name, read);
  }
  return Object.fromEntries(checked);
};

/**
 * Reads a cell of a file as people and spreadsheets write it; a blank one is no value. In a number a point is decimal
 * and commas stand between thousands; dates with slashes are American, the month first. Whatever could as well mean
 * something else is refused: `1,5`, `25/12/2026`, `5/31/26`.
 */
export const readCustomField = (definition: CustomFieldDefinition, text: string): ReadCustomField => {
  const written = text.trim();
  if (written === '') return { kind: 'value', value: null };
  const value = ofText[definition.type](written, definition);
  return value === undefined
    ? { kind: 'refused', message: `Expected ${expected.text(definition)}` }
    : { kind: 'value', value };
};

const longestText = 1000;
const longestNumber = 100;

/** The date as it was written, whatever zone a time has: nobody's birthday moves. */
const isoDate = (text: string): string | undefined => {
  const [, date] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)? ?(?:Z|[+-]\d\d:?\d\d)?)?$/i.exec(
      text.trim(),
    ) ?? [];
  return z.iso.date().safeParse(date).data;
};

const americanDate = (text: string): string | undefined => {
  const [, month = '', day = '', year = ''] =
    /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:,? \d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?)?$/i.exec(text) ?? [];
  return z.iso.date().safeParse(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`).data;
};

const plainNumber = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const groupedNumber = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;

const numberOf = (text: string): number | undefined => {
  if (text.length > longestNumber || !(plainNumber.test(text) || groupedNumber.test(text))) return undefined;
  const digits = text.replaceAll(',', '');
  // Of minus zero the table keeps zero.
  const value = Number(digits) + 0;
  // Where a number can't keep every digit, it is an account's or a card's, and would become another.
  if (/^[+-]?\d+$/.test(digits) && String(BigInt(digits)) !== String(value)) return undefined;
  return storable(value) ? value : undefined;
};

const booleans = new Map([
  ...['true', 'yes', 'y', '1'].map((text) => [text, true] as const),
  ...['false', 'no', 'n', '0'].map((text) => [text, false] as const),
]);

const choiceOf: Reader<string> = (text, { choices = [] }) =>
  choices.find((choice) => caseless(choice) === caseless(text));

const ofText: Record<CustomFieldType, Reader<string>> = {
  text: (text) => (text.length <= longestText ? text : undefined),
  number: numberOf,
  date: (text) => isoDate(text) ?? americanDate(text),
  boolean: (text) => booleans.get(text.toLowerCase()),
  choice: choiceOf,
};

const ofJson: Record<CustomFieldType, Reader<string | number | boolean>> = {
  text: (value) => (typeof value === 'string' ? value : undefined),
  number: (value) => (typeof value === 'number' ? value : undefined),
  date: (value) => (typeof value === 'string' ? isoDate(value) : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  choice: (value, definition) => (typeof value === 'string' ? choiceOf(value, definition) : undefined),
};

/** More would make nobody wiser. */
const mostChoicesNamed = 10;

const oneOf = ({ choices = [] }: CustomFieldDefinition) =>
  `one of ${choices.slice(0, mostChoicesNamed).join(', ')}${choices.length > mostChoicesNamed ? '…' : ''}`;

/** What is expected of a value, by where it comes from. */
const expected: Record<'json' | 'text', (definition: CustomFieldDefinition) => string> = {
  json: (definition) =>
    ({
      text: 'a text',
      number: 'a number, as in 1234.5',
      date: 'a date, as in "2026-05-31"',
      boolean: 'true or false',
      choice: oneOf(definition),
    })[definition.type],
  text: (definition) =>
    ({
      text: `a text of at most ${longestText} characters`,
      number: 'a number, as in 1234.5 or 1,234.5',
      date: 'a date, as in 2026-05-31 or 5/31/2026 (month first)',
      boolean: 'yes or no',
      choice: oneOf(definition),
    })[definition.type],
};
