import { z } from 'zod';

/** What a column of a file may fill in a contact, beside the organization's own fields. */
export const columnTargets = [
  'firstName',
  'lastName',
  'fullName',
  'phone',
  'email',
  'company',
  'title',
  'address',
  'city',
  'state',
  'zip',
  'country',
  'timeZone',
  'leadStatus',
  'tags',
  'notes',
  'optedOut',
  'endpointStatus',
  'consent.source',
  'consent.at',
  'consent.ip',
  'consent.wording',
  'consent.url',
] as const;

const ownField = 'customFields.';

export const ColumnTarget = z.union([
  z.enum(columnTargets),
  z
    .templateLiteral([ownField, z.string()])
    .refine(
      (target) => /^customFields\.[\p{L}\p{N}][\p{L}\p{N} _.-]{0,63}$/u.test(target),
      'A field name begins with a letter or digit',
    ),
]);
export type ColumnTarget = z.infer<typeof ColumnTarget>;

/** Which column (by its place) fills what. Several may name a phone: a row takes the first that it has. */
export const Column = z.object({ index: z.number().int(), target: ColumnTarget });
export type Column = z.infer<typeof Column>;

/** A column that fills this field of the organization's own. */
export const ownFieldTarget = (name: string): ColumnTarget => `${ownField}${name}`;

/** The name of the organization's own field that a column fills; `undefined` for any other column. */
export const ownFieldOf = (target: ColumnTarget): string | undefined =>
  target.startsWith(ownField) ? target.slice(ownField.length) : undefined;

/** Without one of these a row says nobody. */
export const identifies = (columns: readonly Column[]) =>
  columns.some(({ target }) => target === 'phone' || target === 'email');
