import type { JobPart } from '../../shared/contact-jobs/jobs.ts';
import { jobManagement } from '../../shared/contact-jobs/manage-jobs.ts';
import { listMerges } from '../../shared/contact-jobs/merge-lists.ts';
import { runJobPart } from '../../shared/contact-jobs/run-job.ts';
import type { JobServices } from '../../shared/contact-jobs/work.ts';
import { openAudience } from '../../shared/contact-lists/audience.ts';
import type { MemberRemoval } from '../../shared/contact-lists/jobs.ts';
import { listManagement } from '../../shared/contact-lists/manage-lists.ts';
import { removeMembers } from '../../shared/contact-lists/remove-members.ts';
import type { NewContact } from '../../shared/contacts/contact.ts';
import { createContact } from '../../shared/contacts/create-contact.ts';
import { contactsByIds } from '../../shared/contacts/find-contacts.ts';
import { importToUndo } from '../../shared/imports/find-imports.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { systemIds } from '../../shared/platform/id.ts';
import type { Table } from '../../shared/platform/table/table.ts';
import { aCaller } from './a-caller.ts';
import { anOrganization } from './local-table.ts';
import { memoryObjects } from './memory-objects.ts';

/** An organization whose jobs over contacts are worked on by hand: `drain` does what is in the queue. */
export const anOrganizationWithJobs = (table: Table, organizationId = anOrganization()) => {
  const caller = aCaller(organizationId);
  const queue: JobPart[] = [];
  const files = memoryObjects();
  const removals: MemberRemoval[] = [];
  const servicesOn = (on: Table): JobServices => ({
    table: on,
    clock: systemClock,
    ids: systemIds,
    parts: { send: async (_, messages) => void queue.push(...messages) },
    removals: { send: async (_, messages) => void removals.push(...messages) },
    audience: (org) => openAudience(on, memoryObjects(), org),
    exports: () => ({ ...files, downloadUrl: async (key) => `https://example.com/${key}` }),
  });
  const services = servicesOn(table);
  const lookUp = (org: typeof organizationId, jobId: string) => importToUndo(table, org, jobId);
  return {
    caller,
    organizationId,
    queue,
    files,
    services,
    servicesOn,
    jobs: jobManagement(services, lookUp),
    lists: listManagement(services),
    merges: listMerges(services),
    mergesOn: (on: Table) => listMerges(servicesOn(on)),
    jobsOn: (on: Table) => jobManagement(servicesOn(on), lookUp),
    drain: async () => {
      for (let message = queue.shift(); message; message = queue.shift()) await runJobPart(services, message);
    },
    /** Does what deleted lists leave to do. */
    drainRemovals: async () => {
      for (let removal = removals.shift(); removal; removal = removals.shift()) await removeMembers(services, removal);
    },
    newList: (name: string) => listManagement(services).create(caller, { name }),
    countOf: (listId: string) => openAudience(table, memoryObjects(), organizationId).countMembers(listId),
    contacts: async (bodies: readonly NewContact[]) => {
      const made = [];
      for (const body of bodies) made.push((await createContact(services, caller, body)).id);
      return made;
    },
    stored: (contactIds: readonly string[]) => contactsByIds(table, organizationId, contactIds),
  };
};
