import { AppError } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactKeys } from '../platform/table/contact-keys.ts';
import { equals, missing, or } from '../platform/table/expression.ts';
import type { TransactionRefused, Write } from '../platform/table/transact.ts';
import { emailClaimItem, emailsOf, phoneClaimItem, phonesOf, type StoredContact } from './contact-item.ts';

/** Parts of a transaction: takes the claims on phones and e-mail addresses that a change needs, frees those it leaves. */
export const changeClaims = (
  organizationId: OrganizationId,
  before: StoredContact | undefined,
  after: StoredContact | undefined,
): Write[] => {
  const id = after?.id ?? before?.id ?? '';
  const own = or(missing('pk'), equals('contactId', id));
  const phones = difference(before && phonesOf(before), after && phonesOf(after));
  const emails = difference(before && emailsOf(before), after && emailsOf(after));
  return [
    ...phones.come.map((phone) => ({ put: phoneClaimItem(organizationId, phone, id), if: missing('pk') })),
    ...emails.come.map((email) => ({ put: emailClaimItem(organizationId, email, id), if: missing('pk') })),
    ...phones.go.map((phone) => ({ delete: contactKeys.phoneClaim(organizationId, phone), if: own })),
    ...emails.go.map((email) => ({ delete: contactKeys.emailClaim(organizationId, email), if: own })),
  ];
};

/**
 * Parts of a transaction: what one contact claims is claimed by another. Who held it first is kept: an import that
 * made that contact and is repeated counts it again.
 */
export const passClaims = (organizationId: OrganizationId, from: StoredContact, toId: string): Write[] =>
  [
    ...phonesOf(from).map((phone) => contactKeys.phoneClaim(organizationId, phone)),
    ...emailsOf(from).map((email) => contactKeys.emailClaim(organizationId, email)),
  ].map((key) => ({
    update: key,
    change: { set: { contactId: toId }, setOnce: { mergedFrom: from.id } },
    if: or(missing('pk'), equals('contactId', from.id)),
  }));

const difference = (before: readonly string[] = [], after: readonly string[] = []) => ({
  come: after.filter((one) => !before.includes(one)),
  go: before.filter((one) => !after.includes(one)),
});

/**
 * A claim that stands and names another contact is a duplicate; one that names this contact was its own first try.
 * @throws AppError DUPLICATE naming the field and the contact that holds it
 */
export const throwDuplicate = (error: TransactionRefused, writes: readonly Write[], contactId: string) => {
  for (const [index, holder] of error.refused) {
    const write = writes[index];
    if (!write || !('put' in write) || !('contactId' in write.put) || holder?.contactId === contactId) continue;
    const [field, name] = write.put.sk.includes('@') ? ['email', 'e-mail address'] : ['phone', 'phone number'];
    throw new AppError('DUPLICATE', `Another contact has this ${name}`, { field, contactId: holder?.contactId });
  }
};
