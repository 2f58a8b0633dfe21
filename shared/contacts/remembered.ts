import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { emailsOf, phonesOf, type StoredContact } from './contact-item.ts';
import { contactStore } from './contact-store.ts';
import { holdersOf } from './holders.ts';

/** A contact as it was found, by which it is found again in whoever took it in. */
export interface Remembered {
  id: string;
  phones: string[];
  emails: string[];
}

export const remember = (contact: StoredContact): Remembered => ({
  id: contact.id,
  phones: phonesOf(contact),
  emails: emailsOf(contact),
});

/** The contacts as they are, each once: for one that was merged meanwhile, whoever took it in. Deleted ones are left out. */
export const standingContacts = async (
  table: Table,
  organizationId: OrganizationId,
  remembered: readonly Remembered[],
): Promise<StoredContact[]> => {
  const store = contactStore(table, organizationId);
  const found = await store.all(
    remembered.map(({ id }) => id),
    { consistent: true },
  );
  const gone = remembered.filter(({ id }) => !found.some((contact) => contact.id === id));
  if (gone.length === 0) return found;
  const holders = await holdersOf(
    table,
    organizationId,
    gone.flatMap(({ phones }) => phones),
    gone.flatMap(({ emails }) => emails),
  );
  const others = holders.filter((id) => !found.some((contact) => contact.id === id));
  const survivors = (await store.all(others, { consistent: true })).filter(({ merged }) =>
    gone.some(({ id }) => merged?.ids.includes(id)),
  );
  return [...found, ...survivors];
};
