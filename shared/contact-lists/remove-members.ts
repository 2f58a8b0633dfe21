import { forgetList } from '../contacts/forget-list.ts';
import { joinList } from '../contacts/join-list.ts';
import type { Clock } from '../platform/clock.ts';
import type { WorkQueue } from '../platform/queue.ts';
import { contactListKeys } from '../platform/table/contact-keys.ts';
import type { Table } from '../platform/table/table.ts';
import { contactListStore } from './contact-list-store.ts';
import type { MemberRemoval } from './jobs.ts';
import { memberOf } from './membership.ts';

/** Members that one message takes out, some seconds' work; what remains goes by another message. */
const mostPerMessage = 2000;
const atOnce = 100;

export interface RemovalServices {
  table: Table;
  clock: Clock;
  removals: WorkQueue<MemberRemoval>;
}

/**
 * Takes the members of one bucket out of a deleted list, contacts first: a repetition finds what is left. Of a list
 * that was merged into another whoever came too late for that is put there now.
 */
export const removeMembers = async ({ table, clock, removals }: RemovalServices, removal: MemberRemoval) => {
  const { organizationId, listId, bucket, into } = removal;
  if (await contactListStore(table, organizationId).get(listId)) return;
  const pk = contactListKeys.memberBuckets(organizationId, listId)[bucket] ?? '';
  for (let removed = 0; removed < mostPerMessage; removed += atOnce) {
    const { items, next } = await table.query({ pk, limit: atOnce, consistent: true });
    const members = items.map(memberOf);
    if (into !== undefined) await joinList(table, organizationId, into, members, clock().toISOString());
    await forgetList(
      table,
      organizationId,
      listId,
      members.map(({ contactId }) => contactId),
    );
    await table.writeAll({ deletes: items });
    if (next === undefined) return;
  }
  await removals.send(organizationId, [removal]);
};
