import { AppError } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactKeys } from '../platform/table/contact-keys.ts';
import { equals, missing, or } from '../platform/table/expression.ts';
import type { TransactionRefused, Write } from '../platform/table/transact.ts';
import { emailClaimItem, phoneClaimItem, type StoredContact } from './contact-item.ts';

/** Parts of a transaction: takes the claims on phone and e-mail address that a change needs, frees those it leaves. */
export const changeClaims = (
  organizationId: OrganizationId,
  before: StoredContact | undefined,
  after: StoredContact | undefined,
): Write[] => {
  const id = after?.id ?? before?.id ?? '';
  const own = or(missing('pk'), equals('contactId', id));
  return [
    ...(after?.phone !== undefined && after.phone !== before?.phone
      ? [{ put: phoneClaimItem(organizationId, after.phone, id), if: missing('pk') }]
      : []),
    ...(after?.email !== undefined && after.email !== before?.email
      ? [{ put: emailClaimItem(organizationId, after.email, id), if: missing('pk') }]
      : []),
    ...(before?.phone !== undefined && after?.phone !== before.phone
      ? [{ delete: contactKeys.phoneClaim(organizationId, before.phone), if: own }]
      : []),
    ...(before?.email !== undefined && after?.email !== before.email
      ? [{ delete: contactKeys.emailClaim(organizationId, before.email), if: own }]
      : []),
  ];
};

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
