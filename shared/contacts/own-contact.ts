import { AppError } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Contact } from './contact.ts';

/** What a customer may change of itself: its personal data, not what the organization keeps about it. */
const ownFields = [
  'firstName',
  'lastName',
  'email',
  'phone',
  'company',
  'title',
  'address',
  'city',
  'state',
  'zip',
  'country',
];

/** @throws AppError FORBIDDEN naming the first field that isn't the caller's to change */
export const assertOwnFields = ({ permissions }: Caller, change: Record<string, unknown>) => {
  if (permissions.has('contacts:write')) return;
  const field = Object.keys(change).find((name) => change[name] !== undefined && !ownFields.includes(name));
  if (field !== undefined) throw new AppError('FORBIDDEN', `${field}: not yours to change`, { field });
};

/** A contact as a caller may see it: a customer sees its data, not what the organization notes about it. */
export const asSeenBy = ({ permissions }: Caller, contact: Contact): Contact =>
  permissions.has('contacts:read')
    ? contact
    : { ...contact, tags: [], customFields: {}, notes: null, lists: [], source: null };
