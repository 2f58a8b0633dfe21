import * as z from 'zod';
import { TimeZone } from '../platform/time-zone.ts';
import { ContactStatus, CustomFieldName, storable } from './contact.ts';
import type { StoredContact } from './contact-item.ts';
import { fold } from './contact-names.ts';
import { foundBy, readSearch } from './contact-search.ts';
import { placeOf } from './place.ts';
import { stateCode } from './state-names.ts';

const moment = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString());

/** Which contacts: all that is said must hold. One filter serves lists, counts, bulk operations, segments, exports. */
export const filterFields = {
  search: z.string().trim().min(1).max(80).meta({
    description:
      'The beginning of a first, last or full name, a company or an e-mail address; or the last digits of a phone',
  }),
  listId: z.uuid().toLowerCase(),
  status: ContactStatus,
  assignedTo: z.uuid().toLowerCase().meta({ description: 'The auth user who looks after them' }),
  leadStatus: z.string().trim().min(1).max(50),
  source: z.string().trim().min(1).max(100).meta({ description: 'Where they came from' }),
  state: z.string().trim().min(1).max(50).meta({ description: 'Given or derived; two letters or a name' }),
  timeZone: TimeZone.meta({ description: 'Given or derived; IANA' }),
  createdSince: moment.meta({ description: 'Made at this moment or later' }),
  updatedSince: moment.meta({
    description:
      'Changed at this moment or later; in the order of the changes unless a search or a sort asks for another',
  }),
};

const tag = z.string().trim().min(1).max(50);

/** Conditions that a query string and a body write in ways of their own. */
const has = { phone: 'Whether they have a phone', email: 'Whether they have an e-mail address' };

const customFields = z
  .record(
    CustomFieldName,
    z.union([z.string().trim().min(1).max(1000), z.number().refine(storable, 'Number out of range'), z.boolean()]),
  )
  .refine((fields) => Object.keys(fields).length <= 20, 'At most 20 custom fields')
  .meta({ description: 'Those whose own fields have these values' });

/** In a body. */
export const ContactFilter = z
  .strictObject({
    ...filterFields,
    hasPhone: z.boolean().meta({ description: has.phone }),
    hasEmail: z.boolean().meta({ description: has.email }),
    tags: z.array(tag).min(1).max(20).meta({ description: 'Those with every one' }),
    customFields,
  })
  .partial()
  .meta({ id: 'ContactFilter', examples: [{ status: 'active', tags: ['vip'], state: 'CA' }] });
export type ContactFilter = z.infer<typeof ContactFilter>;

/** A yes or no in a query string. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** In a query string: `tags=vip,gold`. */
export const filterParameters = z
  .object({
    ...filterFields,
    hasPhone: flag.meta({ description: has.phone }),
    hasEmail: flag.meta({ description: has.email }),
    tags: z
      .string()
      .transform((text) => text.split(',').map((one) => one.trim()))
      .pipe(z.array(tag).min(1).max(20))
      .meta({ description: 'Those with every one of the tags, which commas separate' }),
  })
  .partial().shape;

/** Whether anything is asked that a contact itself must show, its lists apart. */
export const isSelective = ({ listId: _listId, ...filter }: ContactFilter) =>
  Object.values(filter).some((value) => value !== undefined);

/** What a contact must show. */
type Condition = (contact: StoredContact) => boolean;

/**
 * Tells contacts that a filter means, its `listId` apart: that is a matter of memberships.
 * Texts are compared without case and accents.
 */
export const matcherOf = (filter: ContactFilter): Condition => {
  const conditions = conditionsOf(filter);
  return (contact) => conditions.every((holds) => holds(contact));
};

/** Only what is asked costs anything, by contact: a segment looks at all of them. */
const conditionsOf = (filter: ContactFilter): Condition[] => {
  const { status, assignedTo, createdSince, updatedSince, hasPhone, hasEmail } = filter;
  const conditions: Condition[] = [];
  if (status !== undefined) conditions.push((contact) => contact.status === status);
  if (assignedTo !== undefined) conditions.push(({ assignedManagerId }) => assignedManagerId === assignedTo);
  if (createdSince !== undefined) conditions.push(({ createdAt }) => createdAt >= createdSince);
  if (updatedSince !== undefined) conditions.push(({ updatedAt }) => updatedAt >= updatedSince);
  if (hasPhone !== undefined) conditions.push(({ phone }) => (phone !== undefined) === hasPhone);
  if (hasEmail !== undefined) conditions.push(({ email }) => (email !== undefined) === hasEmail);
  return [...conditions, ...textConditions(filter)];
};

const textConditions = ({ leadStatus, source, state, timeZone, tags, customFields: fields, search }: ContactFilter) => {
  const conditions: Condition[] = [];
  if (leadStatus !== undefined) conditions.push(says(leadStatus, (contact) => contact.leadStatus));
  if (source !== undefined) conditions.push(says(source, (contact) => contact.source));
  if (timeZone !== undefined) conditions.push(says(timeZone, (contact) => placeOf(contact).timeZone));
  if (state !== undefined) {
    const wanted = stateCode(state) ?? state;
    conditions.push(
      says(wanted, (contact) => {
        const found = placeOf(contact).state;
        return found === null ? undefined : (stateCode(found) ?? found);
      }),
    );
  }
  if (tags !== undefined) conditions.push(holdsAll(tags.map(fold), (contact) => (contact.tags ?? []).map(fold)));
  if (fields !== undefined)
    conditions.push(holdsAll(written(fields), (contact) => written(contact.customFields ?? {})));
  if (search !== undefined) {
    const sought = readSearch(search);
    conditions.push((contact) => foundBy(sought, contact) !== undefined);
  }
  return conditions;
};

const says = (wanted: string, textOf: (contact: StoredContact) => string | null | undefined): Condition => {
  const folded = fold(wanted);
  return (contact) => fold(textOf(contact) ?? '') === folded;
};

/** Compared as they are: both sides are folded before. */
const holdsAll = (wanted: readonly string[], textsOf: (contact: StoredContact) => readonly string[]): Condition => {
  return (contact) => {
    const held = new Set(textsOf(contact));
    return wanted.every((one) => held.has(one));
  };
};

/** Custom fields as texts, each its name and its value. */
const written = (fields: NonNullable<StoredContact['customFields']>) =>
  Object.entries(fields).map(([name, value]) => `${fold(name)}\t${fold(String(value))}`);
