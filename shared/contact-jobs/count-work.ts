import type { OrganizationId } from '../platform/organization-id.ts';
import type { Selection } from './contact-job.ts';
import { selectionReader } from './selection.ts';
import type { JobServices, Work } from './work.ts';

/** They are only looked at. */
const pageSize = 1000;

/** Counts what a selection means, and changes nothing. */
export const countWork = (services: JobServices, organizationId: OrganizationId, selection: Selection): Work => {
  const read = selectionReader(services, organizationId, selection, pageSize);
  return {
    step: async (part) => {
      const { contacts, missing, examined, next } = await read(part);
      const processed = contacts.length + missing.length;
      return { next, examined, processed, successful: contacts.length, errors: missing };
    },
  };
};
