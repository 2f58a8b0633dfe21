import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { Consent } from './consent.ts';
import { consentStore } from './consent-store.ts';

/** Consents that one step reads. */
const atOnce = 100;

/**
 * Parts of the transaction that deletes a contact: its consents go with it, at most `most` of them. What there is
 * beyond those, the earliest, goes before.
 */
export const consentRemovals = async (
  table: Table,
  organizationId: OrganizationId,
  contactId: string,
  most: number,
): Promise<Write[]> => {
  const store = consentStore(table, organizationId);
  for (;;) {
    const items = await store.some(contactId, atOnce);
    if (items.length <= most) return items.map(({ pk, sk }) => ({ delete: { pk, sk } }));
    await store.delete(items.slice(0, items.length - most));
  }
};

/** Deletes the consents of a contact that is gone: those that came while it went. */
export const forgetConsents = async (table: Table, organizationId: OrganizationId, contactId: string) => {
  await consentRemovals(table, organizationId, contactId, 0);
};

/**
 * Parts of the transaction that merges one contact into another: its consents follow, two writes each. None where
 * there are more than `most`: those are moved after it.
 */
export const consentMoves = async (
  table: Table,
  organizationId: OrganizationId,
  fromContactId: string,
  toContactId: string,
  most: number,
): Promise<Write[]> => {
  const store = consentStore(table, organizationId);
  const items = await store.some(fromContactId, most + 1);
  if (items.length > most) return [];
  return items.flatMap((item) => [
    { put: store.item({ ...Consent.parse(item), contactId: toContactId }) },
    { delete: { pk: item.pk, sk: item.sk } },
  ]);
};

/**
 * Gives the consents of one contact to another, as they are: the phone that each is for stays. Copied before they are
 * deleted, page by page, so it may be repeated after a crash at any point.
 */
export const moveConsents = async (
  table: Table,
  organizationId: OrganizationId,
  fromContactId: string,
  toContactId: string,
): Promise<void> => {
  if (fromContactId === toContactId) return;
  const store = consentStore(table, organizationId);
  for (;;) {
    const items = await store.some(fromContactId, atOnce);
    if (items.length === 0) return;
    await store.put(items.map((item) => store.item({ ...Consent.parse(item), contactId: toContactId })));
    await store.delete(items);
  }
};
