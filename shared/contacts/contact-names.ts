import type { StoredContact } from './contact-item.ts';

/** What the names of a contact are made of. */
type Named = Pick<StoredContact, 'firstName' | 'lastName' | 'company'>;

/** A name in the index is cut here; whoever is searched by more is compared with the contact itself. */
const longestName = 80;

/** Text as it is compared: without case, accents and superfluous space. */
export const fold = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/g, ' ').trim();

const joined = (...parts: readonly (string | undefined)[]) =>
  fold(parts.filter((part) => part !== undefined).join(' ')).slice(0, longestName);

const nameOrders = ['firstName', 'lastName', 'company'] as const;
type NameOrder = (typeof nameOrders)[number];

/** By what contacts can be put in order: for each of these there is an index. */
export const contactOrders = [...nameOrders, 'email', 'updatedAt'] as const;
export type ContactOrder = (typeof contactOrders)[number];

/** The text by which a contact stands in an order; empty where it has no such name. */
export const nameIn = (order: NameOrder, { firstName, lastName, company }: Named): string => {
  if (order === 'company') return joined(company);
  return order === 'firstName' ? joined(firstName, lastName) : joined(lastName, firstName);
};

/** The distinct names under which the index holds a contact: first name first, last name first, company. */
export const namesOf = (contact: Named): string[] => [
  ...new Set(nameOrders.map((order) => nameIn(order, contact)).filter((name) => name !== '')),
];
