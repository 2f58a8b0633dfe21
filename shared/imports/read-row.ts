import { type CustomFields, NewContact } from '../contacts/contact.ts';
import { withoutEmpty } from '../contacts/contact-item.ts';
import type { Person, PersonFields } from '../contacts/import-batch.ts';
import { type PhoneRefusal, parsePhone } from '../contacts/phone.ts';
import { type CustomFieldDefinition, caseless } from '../custom-fields/custom-field.ts';
import { readCustomField } from '../custom-fields/custom-field-values.ts';
import { unmarked } from '../platform/csv.ts';
import { readNames } from '../platform/names.ts';
import { type Column, type ColumnTarget, ownFieldOf } from './column.ts';
import type { RowErrorCode } from './import-job.ts';
import { readConsent, readTimeZone, saysOptedOut, type ValuesOf } from './read-cells.ts';

/** What is wrong with a row, or with a part of it. */
export interface RowFault {
  error: string;
  field: string;
  code: RowErrorCode;
}

/** A row that can be imported, with what of it can't, or the first thing that is wrong with it. */
export type ReadRow =
  | { kind: 'valid'; person: Person; warnings: RowFault[] }
  /** `optOut` is the phone (E.164) of somebody who opted out: that counts, whatever else is wrong with the row. */
  | ({ kind: 'invalid'; optOut?: string } & RowFault);

/** How the rows of a job are read. */
export interface RowReading {
  columns: readonly Column[];
  validatePhones: boolean;
  defaultCountry: string;
  /** Of every row, beside its own. */
  tags?: readonly string[] | undefined;
  /** The file is one of people who opted out. */
  optedOut?: boolean;
  /** The organization's own fields that are typed. */
  definitions: readonly CustomFieldDefinition[];
  /** ISO 8601 UTC: what a row tells of later than this can't be. */
  at: string;
}

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
  leadStatus: true,
  tags: true,
  customFields: true,
  notes: true,
});

/** Reads the cells of a row by what its columns mean. */
export const readRow = (row: number, cells: readonly string[], reading: RowReading): ReadRow => {
  const { columns, validatePhones, defaultCountry } = reading;
  const valuesOf = (target: ColumnTarget) =>
    columns.flatMap((column) => {
      const value = column.target === target ? clean(cells[column.index] ?? '') : '';
      return value === '' ? [] : [value];
    });
  const phone = firstPhone(valuesOf('phone'), defaultCountry);
  const optedOut = reading.optedOut === true || valuesOf('optedOut').some(saysOptedOut);
  const invalid = (fault: RowFault): ReadRow => ({
    kind: 'invalid',
    ...fault,
    ...(optedOut && phone.kind === 'phone' ? { optOut: phone.e164 } : {}),
  });
  const own = ownFields(valuesOf, reading);
  if ('fault' in own) return invalid(own.fault);
  const parsed = RowFields.safeParse({ ...textFields(valuesOf, reading), ...withoutEmpty(own) });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = (issue?.path ?? []).map(String).slice(0, 2).join('.');
    if (field === 'email') return invalid({ error: 'Invalid e-mail address', field, code: 'EMAIL_INVALID' });
    return invalid({ error: `Invalid ${field}: ${issue?.message ?? ''}`, field, code: 'INVALID_FIELD' });
  }
  const { email, ...fields } = parsed.data;
  if (phone.kind === 'refused' && !(email && (phone.code === 'PHONE_MISSING' || !validatePhones)))
    return invalid({ error: phone.message, field: 'phone', code: phone.code });
  if (valuesOf('endpointStatus').some((status) => /^inactive$/i.test(status)))
    return invalid({ error: 'The endpoint is inactive', field: 'endpointStatus', code: 'ENDPOINT_INACTIVE' });
  const { consent, ...agreed } = readConsent(valuesOf, reading.at);
  const { timeZone, ...zone } = readTimeZone(valuesOf('timeZone')[0]);
  return {
    kind: 'valid',
    person: {
      row,
      ...(phone.kind === 'phone' ? { phone: phone.e164 } : {}),
      ...(email ? { email } : {}),
      fields: { ...present(fields), ...(timeZone === undefined ? {} : { timeZone }) },
      ...(optedOut ? { optedOut } : {}),
      ...(consent === undefined ? {} : { consent }),
    },
    warnings: [zone, agreed].flatMap(({ warning }) => warning ?? []),
  };
};

/** The organization's own fields of a row: what is typed is read as its type, everything else as text. */
const ownFields = (
  valuesOf: ValuesOf,
  { columns, definitions }: RowReading,
): { customFields: CustomFields } | { fault: RowFault } => {
  const customFields: CustomFields = {};
  for (const { target } of columns) {
    const name = ownFieldOf(target);
    const values = name === undefined ? [] : valuesOf(target);
    if (name === undefined || values.length === 0) continue;
    const definition = definitions.find((one) => caseless(one.name) === caseless(name));
    const read = definition && readCustomField(definition, values.join(', '));
    const field = `customFields.${definition?.name ?? name}`;
    if (read?.kind === 'refused')
      return { fault: { error: `${field}: ${read.message}`, field, code: 'INVALID_FIELD' } };
    customFields[definition?.name ?? name] = read ? read.value : values.join(', ');
  }
  return { customFields };
};

type PhoneResult = { kind: 'phone'; e164: string } | { kind: 'refused'; code: PhoneRefusal; message: string };

/** The first column that holds a valid number; the fault of the first that holds anything, when none does. */
const firstPhone = (texts: readonly string[], defaultCountry: string): PhoneResult => {
  const [first = parsePhone(''), ...others] = texts.map((text) => parsePhone(text, defaultCountry));
  return [first, ...others].find(({ kind }) => kind === 'phone') ?? first;
};

const textFields = (valuesOf: ValuesOf, { tags: all = [] }: RowReading) => {
  const [fullName = ''] = valuesOf('fullName');
  const lastSpace = fullName.lastIndexOf(' ');
  const first = (target: ColumnTarget) => valuesOf(target)[0];
  const country = countryOf(first('country'));
  const tags = [...valuesOf('tags').flatMap(readNames), ...all];
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
    leadStatus: first('leadStatus'),
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

/**
 * What spreadsheets and broken exports leave in cells: NUL and no-break spaces, white space around, and the apostrophe
 * by which an export, ours too, marks as text what would else be a formula.
 */
const clean = (cell: string) => unmarked(cell.replaceAll('\u0000', '').replaceAll('\u00a0', ' ').trim()).trim();

const present = (fields: { [K in keyof PersonFields]?: PersonFields[K] | null | undefined }): PersonFields => {
  const {
    firstName,
    lastName,
    company,
    title,
    address,
    city,
    state,
    zip,
    country,
    leadStatus,
    tags,
    customFields,
    notes,
  } = fields;
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
    ...(leadStatus ? { leadStatus } : {}),
    ...(tags && tags.length > 0 ? { tags } : {}),
    ...(customFields ? { customFields } : {}),
    ...(notes ? { notes } : {}),
  };
};
