import * as z from 'zod';
import type { OrganizationId } from '../platform/organization-id.ts';
import { mergedKeys } from '../platform/table/contact-keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import type { StoredContact } from './contact-item.ts';
import { contactStore } from './contact-store.ts';
import { traceTtl } from './undo-period.ts';

const Marker = z.object({ into: z.string() });

/** Part of the transaction that merges a contact into another: by which the other is found, for a week and a day. */
export const leaveMarker = (organizationId: OrganizationId, contactId: string, into: string, now: Date): Write => ({
  put: { ...mergedKeys.merged(organizationId, contactId), into, ttl: traceTtl(now) },
});

/** The contacts as they are, each once: for one that was merged meanwhile, whoever took it in. Deleted ones are left out. */
export const standingContacts = async (
  table: Table,
  organizationId: OrganizationId,
  contactIds: readonly string[],
): Promise<StoredContact[]> => {
  const store = contactStore(table, organizationId);
  const standing = new Map<string, StoredContact>();
  const asked = new Set<string>();
  for (let open = [...new Set(contactIds)]; open.length > 0; ) {
    for (const id of open) asked.add(id);
    for (const contact of await store.all(open, { consistent: true })) standing.set(contact.id, contact);
    const gone = open.filter((id) => !standing.has(id));
    const markers = await table.getAll(
      gone.map((id) => mergedKeys.merged(organizationId, id)),
      { consistent: true },
    );
    const into = markers.flatMap((item) => (item ? [Marker.parse(item).into] : []));
    open = [...new Set(into)].filter((id) => !asked.has(id));
  }
  return [...standing.values()];
};
