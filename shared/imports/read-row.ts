import { NewContact } from '../contacts/contact.ts';
import { withoutEmpty } from '../contacts/contact-item.ts';
import type { Person, PersonFields } from '../contacts/import-batch.ts';
import { type PhoneRefusal, parsePhone } from '../contacts/phone.ts';
import type { Column, ColumnTarget } from './column.ts';
import type { ImportOptions, RowErrorCode } from './import-job.ts';

/** A row that can be imported, or the first thing that is wrong with it. */
export type ReadRow =
  | { kind: 'valid'; person: Person }
  | { kind: 'invalid'; error: string; field: string; code: RowErrorCode };

/** The same bounds that a contact has which is made by hand. */
const RowFields = NewContact.pick({
  firstName: true,
  lastName: true,
  email: true,
  company: true,
  title: true,
  address: true,
  city: true,
  state: true,
  zip: true,
  country: true,
  tags: true,
  notes: true,
});

/** Reads the cells of a row by what its columns mean. */
export const readRow = (
  row: number,
  cells: readonly string[],
  columns: readonly Column[],
  { validatePhones, defaultCountry }: ImportOptions,
): ReadRow => {
  const valuesOf = (target: ColumnTarget) =>
    columns.flatMap((column) => {
      const value = column.target === target ? clean(cells[column.index] ?? '') : '';
      return value === '' ? [] : [value];
    });
  const parsed = RowFields.safeParse(textFields(valuesOf));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = String(issue?.path[0] ?? '');
    if (field === 'email') return { kind: 'invalid', error: 'Invalid e-mail address', field, code: 'EMAIL_INVALID' };
    return { kind: 'invalid', error: `Invalid ${field}: ${issue?.message ?? ''}`, field, code: 'INVALID_FIELD' };
  }
  const { email, ...fields } = parsed.data;
  const phone = firstPhone(valuesOf('phone'), defaultCountry);
  if (phone.kind === 'refused' && !(email && (phone.code === 'PHONE_MISSING' || !validatePhones)))
    return { kind: 'invalid', error: phone.message, field: 'phone', code: phone.code };
  return {
    kind: 'valid',
    person: {
      row,
      ...(phone.kind === 'phone' ? { phone: phone.e164 } : {}),
      ...(email ? { email } : {}),
      fields: present(fields),
    },
  };
};

type PhoneResult = { kind: 'phone'; e164: string } | { kind: 'refused'; code: PhoneRefusal; message: string };

/** The first column that holds a valid number; the fault of the first that holds anything, when none does. */
const firstPhone = (texts: readonly string[], defaultCountry: string): PhoneResult => {
  const [first = parsePhone(''), ...others] = texts.map((text) => parsePhone(text, defaultCountry));
  return [first, ...others].find(({ kind }) => kind === 'phone') ?? first;
};

const textFields = (valuesOf: (target: ColumnTarget) => string[]) => {
  const [fullName = ''] = valuesOf('fullName');
  const lastSpace = fullName.lastIndexOf(' ');
  const first = (target: ColumnTarget) => valuesOf(target)[0];
  const country = countryOf(first('country'));
  const tags = tagsOf(first('tags') ?? '');
  return withoutEmpty({
    firstName: first('firstName') ?? (lastSpace === -1 ? fullName : fullName.slice(0, lastSpace)),
    lastName: first('lastName') ?? (lastSpace === -1 ? '' : fullName.slice(lastSpace + 1)),
    email: first('email'),
    company: first('company'),
    title: first('title'),
    address: first('address'),
    city: first('city'),
    state: first('state'),
    zip: first('zip'),
    country,
    tags,
    notes: first('notes'),
  });
};

/** Names that exports use beside the two letters; any other is left to the import's default. */
const countries = new Map([
  ['usa', 'US'],
  ['united states', 'US'],
  ['united states of america', 'US'],
  ['canada', 'CA'],
  ['mexico', 'MX'],
  ['united kingdom', 'GB'],
]);

const countryOf = (text = '') => (/^[a-z]{2}$/i.test(text) ? text.toUpperCase() : countries.get(text.toLowerCase()));

/** `"VIP","Blog"` as well as `VIP; Blog`. */
const tagsOf = (text: string) =>
  text
    .split(/[,;|]/)
    .map((tag) => tag.replaceAll('"', '').trim())
    .filter((tag) => tag !== '');

/** What spreadsheets and broken exports leave in cells: NUL and no-break spaces, and white space around. */
const clean = (cell: string) => cell.replaceAll('\u0000', '').replaceAll('\u00a0', ' ').trim();

const present = (fields: { [K in keyof PersonFields]?: PersonFields[K] | null | undefined }): PersonFields => {
  const { firstName, lastName, company, title, address, city, state, zip, country, tags, notes } = fields;
  return {
    ...(firstName ? { firstName } : {}),
    ...(lastName ? { lastName } : {}),
    ...(company ? { company } : {}),
    ...(title ? { title } : {}),
    ...(address ? { address } : {}),
    ...(city ? { city } : {}),
    ...(state ? { state } : {}),
    ...(zip ? { zip } : {}),
    ...(country ? { country } : {}),
    ...(tags && tags.length > 0 ? { tags } : {}),
    ...(notes ? { notes } : {}),
  };
};
