import { takenIn } from '../audit-logs/taken-in.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { StoredContact } from './contact-item.ts';
import { contactStore } from './contact-store.ts';

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
    const holders = new Set((await takenIn(table, organizationId, gone)).values());
    open = [...holders].filter((id) => !asked.has(id));
  }
  return [...standing.values()];
};
