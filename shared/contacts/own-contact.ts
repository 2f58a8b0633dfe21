import { AppError } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import { type Contact, personalFields } from './contact.ts';

/** What a customer may change of itself. */
const ownFields: readonly string[] = personalFields;

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
    : { ...contact, tags: [], customFields: {}, notes: null, leadStatus: null, lists: [], source: null };
