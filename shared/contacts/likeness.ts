import { emailsOf, type StoredContact } from './contact-item.ts';
import { nameIn } from './contact-names.ts';
import { streetOf, zipOf } from './street.ts';

/** Why contacts are likely the same: the last is the weakest, and looked for only when it is asked for. */
export const duplicateReasons = ['email', 'name-address', 'name-zip'] as const;
export type DuplicateReason = (typeof duplicateReasons)[number];

/** Contacts that are likely the same, and what they have in common. */
export interface Likeness {
  reason: DuplicateReason;
  key: string;
  contacts: StoredContact[];
}

const gmail = ['gmail.com', 'googlemail.com'];

/**
 * What of an e-mail address tells its mailbox: without `+tag`, and at Gmail without dots. `varies` where other
 * addresses of the same mailbox may sort anywhere: one that doesn't sorts after all of its own with a tag.
 */
export const mailboxOf = (email: string): { key: string; varies: boolean } => {
  const at = email.lastIndexOf('@');
  const local = email.slice(0, at);
  const domain = email.slice(at + 1);
  const plain = local.replace(/(?<=.)\+.*$/, '');
  if (!gmail.includes(domain)) return { key: `${plain}@${domain}`, varies: plain !== local };
  return { key: `${plain.replaceAll('.', '')}@gmail.com`, varies: true };
};

const fullName = (contact: StoredContact) => nameIn('firstName', contact);
const addressKey = (contact: StoredContact) => `${fullName(contact)}\t${streetOf(contact.address)}`;
const zipKey = (contact: StoredContact) => `${fullName(contact)}\t${zipOf(contact.zip)}`;

/** By what a contact may be found. */
export const likenessesOf = (contact: StoredContact, reason: DuplicateReason): string[] => {
  switch (reason) {
    case 'email':
      return emailsOf(contact).map((email) => mailboxOf(email).key);
    case 'name-address':
      return [addressKey(contact)];
    case 'name-zip':
      return [zipKey(contact)];
  }
};

/**
 * Which contacts of one full name are likely the same. `name-address`: their streets are the same, and so are the ZIP
 * codes of those that have one. `name-zip`: the same ZIP code, and some say no street while the rest agree in one.
 */
export const likeByPlace = (contacts: readonly StoredContact[], reasons: readonly DuplicateReason[]): Likeness[] => {
  const found: Likeness[] = [];
  if (reasons.includes('name-address'))
    for (const some of grouped(contacts, ({ address }) => streetOf(address)).values()) {
      const byZip = grouped(some, ({ zip }) => zipOf(zip));
      for (const same of byZip.size > 1 ? byZip.values() : [some])
        found.push({ reason: 'name-address', key: same[0] ? addressKey(same[0]) : '', contacts: same });
    }
  if (reasons.includes('name-zip'))
    for (const some of grouped(contacts, ({ zip }) => zipOf(zip)).values()) {
      const streets = grouped(some, ({ address }) => streetOf(address));
      const without = some.some(({ address }) => streetOf(address) === '');
      if (streets.size < 2 && without)
        found.push({ reason: 'name-zip', key: some[0] ? zipKey(some[0]) : '', contacts: some });
    }
  return found.filter(({ contacts: some }) => some.length > 1);
};

/** By what they have in common; those that have nothing of it are left out. */
const grouped = (contacts: readonly StoredContact[], keyOf: (contact: StoredContact) => string) => {
  const groups = new Map<string, StoredContact[]>();
  for (const contact of contacts) {
    const key = keyOf(contact);
    if (key !== '') groups.set(key, [...(groups.get(key) ?? []), contact]);
  }
  return groups;
};
