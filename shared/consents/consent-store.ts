import { mapConcurrently } from '../platform/concurrent.ts';
import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { inFlight } from '../platform/table/bulk.ts';
import { consentKeys } from '../platform/table/contact-keys.ts';
import type { Item, Key } from '../platform/table/item.ts';
import type { Table } from '../platform/table/table.ts';
import { walk } from '../platform/table/walk.ts';
import { Consent } from './consent.ts';

/** The consents of an organization's contacts: each an item that is put once. */
export const consentStore = (table: Table, organizationId: OrganizationId) => ({
  item: (consent: Consent): Item => ({
    ...consentKeys.consent(organizationId, consent.contactId, consent.givenAt, consent.id),
    ...consent,
  }),

  /** The latest first. */
  page: async (contactId: string, after: Position | undefined, limit: number) => {
    // A position holds what follows the contact in the key, so that a made-up cursor leads to no other contact.
    const prefix = consentKeys.prefixOf(contactId);
    const { items, next } = await walk(
      table,
      { partitions: [consentKeys.ofContact(organizationId, contactId)], prefix, reverse: true },
      { after: after && [0, `${prefix}${after[1] ?? ''}`], limit },
    );
    const position: Position | undefined = next && [0, next[1]?.slice(prefix.length) ?? null];
    return { items: items.map((item) => Consent.parse(item)), next: position };
  },

  /** Up to `limit` consents of a contact, as of this moment, the earliest first. */
  some: async (contactId: string, limit: number): Promise<Item[]> => {
    const pk = consentKeys.ofContact(organizationId, contactId);
    const prefix = consentKeys.prefixOf(contactId);
    return (await table.query({ pk, prefix, limit, consistent: true })).items;
  },

  put: async (items: readonly Item[]): Promise<void> => {
    await mapConcurrently(items, inFlight, (item) => table.put(item));
  },

  delete: async (keys: readonly Key[]): Promise<void> => {
    await mapConcurrently(keys, inFlight, ({ pk, sk }) => table.delete({ pk, sk }));
  },
});
