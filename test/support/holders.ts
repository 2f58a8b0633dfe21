import * as z from 'zod';
import type { OrganizationId } from '../../shared/platform/organization-id.ts';
import { contactKeys } from '../../shared/platform/table/contact-keys.ts';
import type { Table } from '../../shared/platform/table/table.ts';

const Claim = z.object({ contactId: z.string() });

/** The ids of the contacts that hold any of the phones (E.164) and e-mail addresses at this moment, each once. */
export const holdersOf = async (
  table: Table,
  organizationId: OrganizationId,
  phones: readonly string[],
  emails: readonly string[],
): Promise<string[]> => {
  const keys = [
    ...[...new Set(phones)].map((phone) => contactKeys.phoneClaim(organizationId, phone)),
    ...[...new Set(emails)].map((email) => contactKeys.emailClaim(organizationId, email)),
  ];
  const items = await table.getAll(keys, { consistent: true });
  return [...new Set(items.flatMap((item) => (item ? [Claim.parse(item).contactId] : [])))];
};
