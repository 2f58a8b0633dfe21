import type { StoredContact } from './contact-item.ts';
import { fold, namesOf } from './contact-names.ts';

/** What somebody typed to find a contact, in the forms in which the indexes hold names, addresses and numbers. */
export interface Search {
  /** Folded: the beginning of a first name, a last name, a full name either way round, or a company. */
  name: string;
  /** Lower-case: the beginning of an e-mail address. Undefined for what can be none. */
  email?: string;
  /** The last digits of a phone. Undefined for what isn't digits and what stands between them. */
  digits?: string;
}

/** By which index a contact is found: the first that has it, so that a walk through all of them meets it once. */
export type FoundBy = { index: 'name'; name: string } | { index: 'email' } | { index: 'phone' };

/** Fewer digits would be half of everybody. */
const leastDigits = 2;

export const readSearch = (text: string): Search => {
  const name = fold(text);
  const email = text.trim().toLowerCase();
  const digits = /^[\d\s().+/-]+$/.test(text) ? text.replaceAll(/\D/g, '') : '';
  return {
    name,
    ...(email === '' || /\s/.test(email) ? {} : { email }),
    ...(digits.length < leastDigits ? {} : { digits }),
  };
};

/** How a search finds a contact; undefined when it doesn't. */
export const foundBy = ({ name, email, digits }: Search, contact: StoredContact): FoundBy | undefined => {
  const found = namesOf(contact)
    .filter((one) => name !== '' && one.startsWith(name))
    .toSorted();
  if (found[0] !== undefined) return { index: 'name', name: found[0] };
  if (email !== undefined && contact.email?.startsWith(email)) return { index: 'email' };
  if (digits !== undefined && contact.phone?.endsWith(digits)) return { index: 'phone' };
  return undefined;
};
