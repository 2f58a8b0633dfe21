import type { StoredContact } from '../contacts/contact-item.ts';
import { mergeAll } from '../contacts/merge-contacts.ts';
import { standingContacts } from '../contacts/merged-contacts.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { JobError } from './contact-job.ts';
import type { StoredJob } from './contact-job-store.ts';
import { duplicateStore, type StoredGroup } from './duplicate-store.ts';
import { actorOf } from './job-actor.ts';
import type { JobServices } from './work.ts';

/**
 * The contacts of a group as they are now, and those of them that are alike still: people may have changed one since.
 * One that only merges have changed stays alike, whatever it says now.
 */
export const contactsOfGroup = async (
  table: Table,
  organizationId: OrganizationId,
  foundBy: string,
  group: StoredGroup,
) => {
  const standing = await standingContacts(table, organizationId, group.contactIds);
  const { isStillLike } = duplicateStore(table, organizationId, foundBy);
  const onlyMerged = ({ merged, updatedAt }: StoredContact) => merged?.at === updatedAt && updatedAt >= group.foundAt;
  const alike = standing.filter((one) => onlyMerged(one) || isStillLike(one, group));
  return { standing, alike };
};

/** Merges groups that a job found, each on its own and as often as it takes. */
export const groupMerger = (services: JobServices, organizationId: OrganizationId, job: StoredJob, foundBy: string) => {
  const { table } = services;
  const actor = actorOf(organizationId, job);
  const store = duplicateStore(table, organizationId, foundBy);

  /** Answers why nothing became of it. @throws AppError CONFLICT */
  return async (group: StoredGroup): Promise<JobError | undefined> => {
    const [contactId = ''] = group.contactIds;
    const read = () => contactsOfGroup(table, organizationId, foundBy, group);
    const { standing, alike } = await read();
    if (standing.length > 1 && alike.length < 2)
      return { contactId, code: 'CONFLICT', error: 'The contacts were changed since, and are not alike any more' };
    const left = await mergeAll(services, actor, async () => (await read()).alike);
    if (left && group.contactIds.some((id) => left.merged?.ids.includes(id))) await store.markMerged(group.sk, left.id);
    return undefined;
  };
};
