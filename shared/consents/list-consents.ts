import { standingContact } from '../contacts/standing-contact.ts';
import { type PageQuery, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Table } from '../platform/table/table.ts';
import { consentStore } from './consent-store.ts';

/**
 * One page of a contact's consents, the latest first.
 * @throws AppError NOT_FOUND, INVALID_CURSOR, PAGE_TOO_DEEP
 */
export const listConsents = async (table: Table, { organizationId }: Caller, contactId: string, query: PageQuery) => {
  await standingContact(table, organizationId, contactId);
  const store = consentStore(table, organizationId);
  return readPage(query, null, (after, limit) => store.page(contactId, after, limit));
};
