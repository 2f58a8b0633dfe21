import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { contactJobStore, type StoredJob } from './contact-job-store.ts';

/** A job as whoever else has jobs of its own finds it. */
export type FoundJob = StoredJob;

/** The jobs of an organization, with their errors and parts, to be read. */
export const findJobs = (table: Table, organizationId: OrganizationId) => {
  const { get, page, errors, parts } = contactJobStore(table, organizationId);
  return { get, page, errors, parts };
};
