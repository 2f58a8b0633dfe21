import type { OrganizationId } from '../platform/organization-id.ts';
import { contactKeys } from '../platform/table/contact-keys.ts';
import type { Item } from '../platform/table/item.ts';
import type { Write } from '../platform/table/transact.ts';
import type { StoredContact } from './contact-item.ts';
import { namesOf } from './contact-names.ts';

type Indexed = Pick<StoredContact, 'id' | 'firstName' | 'lastName' | 'company' | 'updatedAt'>;

/**
 * The entries by which a contact is found by name, and by when it was changed: keys alone, one write unit each. An
 * entry that a crash left behind is no harm: whoever reads one looks whether the contact is still so.
 */
export const indexItems = (organizationId: OrganizationId, contact: Indexed): Item[] => [
  ...namesOf(contact).map((name) => contactKeys.name(organizationId, name, contact.id)),
  contactKeys.change(organizationId, contact.updatedAt, contact.id),
];

/** Parts of a transaction: the index entries of a contact follow it. Eight at the most. */
export const changeIndex = (
  organizationId: OrganizationId,
  before: Indexed | undefined,
  after: Indexed | undefined,
): Write[] => {
  const old = before ? indexItems(organizationId, before) : [];
  const current = after ? indexItems(organizationId, after) : [];
  const has = (items: readonly Item[], { pk, sk }: Item) => items.some((item) => item.pk === pk && item.sk === sk);
  return [
    ...current.filter((item) => !has(old, item)).map((item) => ({ put: item })),
    ...old.filter((item) => !has(current, item)).map(({ pk, sk }) => ({ delete: { pk, sk } })),
  ];
};
