import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { gateStore } from './gate-store.ts';

/** Part of a transaction: the phone's gate is shut because the person said so elsewhere, at the latest at `at`. */
export const shutByRevocation = (table: Table, organizationId: OrganizationId, phone: string, at: string): Write =>
  gateStore(table, organizationId).shutWrite(phone, {
    by: 'organization',
    matchedBy: 'revocation',
    messageId: null,
    at,
  });

/** Opt-outs that the file of an import names. */
export interface ImportedOptOuts {
  jobId: string;
  phones: readonly string[];
  /** ISO 8601 UTC: of the job and not of the moment, so that a repetition writes the same. */
  at: string;
}

/**
 * Shuts the gates of these phones. An opt-out that stands stays as it is, and so does a gate that its person opened
 * since the job was made. May be repeated. A write unit for each phone, two where there is a gate already.
 */
export const shutByImport = (
  table: Table,
  organizationId: OrganizationId,
  { jobId, phones, at }: ImportedOptOuts,
): Promise<void> =>
  gateStore(table, organizationId).shutAll([...new Set(phones)], {
    by: 'organization',
    matchedBy: 'import',
    messageId: null,
    importJobId: jobId,
    at,
  });
