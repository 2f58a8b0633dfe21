import { emailsOf, phonesOf, type StoredContact } from './contact-item.ts';
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

/** By which entry of which index a contact is found: the first that has it, so that a walk through all meets it once. */
export interface FoundBy {
  index: 'name' | 'email' | 'phone';
  /** The name, the e-mail address, or the phone (E.164). */
  by: string;
}

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
  const first = (index: FoundBy['index'], found: readonly string[]): FoundBy | undefined => {
    const [by] = found.toSorted();
    return by === undefined ? undefined : { index, by };
  };
  const names = name === '' ? [] : namesOf(contact).filter((one) => one.startsWith(name));
  const emails = email === undefined ? [] : emailsOf(contact).filter((one) => one.startsWith(email));
  const phones = digits === undefined ? [] : phonesOf(contact).filter((one) => one.endsWith(digits));
  return first('name', names) ?? first('email', emails) ?? first('phone', phones);
};
