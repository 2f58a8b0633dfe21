import { contactsOfImport, type ImportToUndo, undoImportOf } from '../contacts/undo-import.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { StoredJob } from './contact-job-store.ts';
import { heldWork } from './held-work.ts';
import { actorOf } from './job-actor.ts';
import type { JobServices, Work } from './work.ts';

const pageSize = 200;

/** Takes an import back, bucket by bucket of the organization's contacts. */
export const undoImportWork = (
  services: JobServices,
  organizationId: OrganizationId,
  job: StoredJob,
  undone: ImportToUndo,
): Work => {
  const actor = actorOf(organizationId, job);
  return heldWork(
    async ({ index, position }) => {
      const where = { bucket: index, after: position, limit: pageSize };
      return { ...(await contactsOfImport(services.table, organizationId, undone, where)), missing: [] };
    },
    async (contactId) => {
      const why = await undoImportOf(services, actor, undone, contactId);
      return why && { contactId, ...why };
    },
  );
};
