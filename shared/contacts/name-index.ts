import type { OrganizationId } from '../platform/organization-id.ts';
import { contactKeys } from '../platform/table/contact-keys.ts';
import type { Item } from '../platform/table/item.ts';
import type { Write } from '../platform/table/transact.ts';
import type { StoredContact } from './contact-item.ts';
import { namesOf } from './contact-names.ts';

type Named = Pick<StoredContact, 'id' | 'firstName' | 'lastName' | 'company'>;

/**
 * The entries by which a contact is found by name: keys alone, one write unit each. An entry that a crash left behind
 * is no harm: whoever reads one looks whether the contact still has the name.
 */
export const nameItems = (organizationId: OrganizationId, contact: Named): Item[] =>
  namesOf(contact).map((name) => contactKeys.name(organizationId, name, contact.id));

/** Parts of a transaction: the names of a contact follow it. */
export const changeNames = (
  organizationId: OrganizationId,
  before: Named | undefined,
  after: Named | undefined,
): Write[] => {
  const old = before ? nameItems(organizationId, before) : [];
  const current = after ? nameItems(organizationId, after) : [];
  const has = (items: readonly Item[], { sk }: Item) => items.some((item) => item.sk === sk);
  return [
    ...current.filter((item) => !has(old, item)).map((item) => ({ put: item })),
    ...old.filter((item) => !has(current, item)).map(({ pk, sk }) => ({ delete: { pk, sk } })),
  ];
};
