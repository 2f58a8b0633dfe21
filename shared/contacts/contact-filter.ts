import * as z from 'zod';
import { ContactStatus } from './contact.ts';
import type { StoredContact } from './contact-item.ts';
import { fold } from './contact-names.ts';
import { foundBy, readSearch } from './contact-search.ts';

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
  updatedSince: moment.meta({
    description:
      'Changed at this moment or later; in the order of the changes unless a search or a sort asks for another',
  }),
};

const tag = z.string().trim().min(1).max(50);

/** In a body. */
export const ContactFilter = z
  .strictObject({ ...filterFields, tags: z.array(tag).min(1).max(20).meta({ description: 'Those with every one' }) })
  .partial()
  .meta({ id: 'ContactFilter', examples: [{ status: 'active', tags: ['vip'] }] });
export type ContactFilter = z.infer<typeof ContactFilter>;

/** In a query string: `tags=vip,gold`. */
export const TagsParameter = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .pipe(z.array(tag).min(1).max(20))
  .meta({ description: 'Those with every one of the tags, which commas separate' });

/** Whether anything is asked that a contact itself must show, its lists apart. */
export const isSelective = ({ listId: _listId, ...filter }: ContactFilter) =>
  Object.values(filter).some((value) => value !== undefined);

/**
 * Tells contacts that a filter means, its `listId` apart: that is a matter of memberships.
 * Texts are compared without case and accents.
 */
export const matcherOf = ({ search, status, tags = [], assignedTo, leadStatus, updatedSince }: ContactFilter) => {
  const sought = search === undefined ? undefined : readSearch(search);
  const stage = leadStatus === undefined ? undefined : fold(leadStatus);
  const wanted = tags.map(fold);
  return (contact: StoredContact): boolean => {
    if (status !== undefined && contact.status !== status) return false;
    if (assignedTo !== undefined && contact.assignedManagerId !== assignedTo) return false;
    if (stage !== undefined && fold(contact.leadStatus ?? '') !== stage) return false;
    if (updatedSince !== undefined && contact.updatedAt < updatedSince) return false;
    if (wanted.length > 0) {
      const held = new Set((contact.tags ?? []).map(fold));
      if (!wanted.every((one) => held.has(one))) return false;
    }
    return sought === undefined || foundBy(sought, contact) !== undefined;
  };
};
