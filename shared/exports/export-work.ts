import type { ExportFormat, Selection } from '../contact-jobs/contact-job.ts';
import { type FoundJob, findJobs } from '../contact-jobs/find-jobs.ts';
import { selectionReader } from '../contact-jobs/selection.ts';
import type { JobServices, Work } from '../contact-jobs/work.ts';
import { presentContacts } from '../contacts/present-contacts.ts';
import { customFieldDefinitions } from '../custom-fields/typed-fields.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { noteNames, ownColumnsOf } from './contact-row.ts';
import { exportObjects } from './export-objects.ts';
import { beginGathering, fileGathering } from './gather-file.ts';

const pageSize = 1000;

/** Writes the contacts of a selection into a file: pages of them side by side, which are then gathered in order. */
export const exportWork = (
  services: JobServices,
  organizationId: OrganizationId,
  { id: jobId }: FoundJob,
  { selection, format }: { selection: Selection; format: ExportFormat },
): Work => {
  const { table } = services;
  const objects = services.exports();
  const kept = exportObjects(objects, organizationId, jobId);
  const gathering = fileGathering(objects, organizationId, jobId, format);
  const read = selectionReader(services, organizationId, selection, pageSize);

  const begin = async () => {
    const parts = await findJobs(table, organizationId).parts(jobId);
    const defined = (await customFieldDefinitions(table, organizationId)).map(({ name }) => name);
    return beginGathering(
      parts.map(({ step }) => step),
      ownColumnsOf(
        defined,
        parts.flatMap(({ noted = [] }) => noted),
      ),
    );
  };

  return {
    step: async (part) => {
      const { contacts: found, missing, examined, next } = await read(part);
      const contacts = await presentContacts(table, organizationId, found, { activity: false });
      const facts = {
        ...(next === undefined ? {} : { next }),
        examined,
        processed: contacts.length + missing.length,
        successful: contacts.length,
        errors: missing,
        noted: noteNames(part.noted ?? [], contacts),
      };
      return kept.keepPage(
        part.index,
        part.step,
        facts,
        contacts.map((contact) => JSON.stringify(contact)),
      );
    },
    gather: async ({ gathered }) => (gathered ? gathering.next(gathered) : begin()),
    finish: async ({ gathered = {} }) => gathering.factsOf(gathered),
  };
};
