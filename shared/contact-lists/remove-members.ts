import { forgetList } from '../contacts/forget-list.ts';
import type { WorkQueue } from '../platform/queue.ts';
import { contactListKeys } from '../platform/table/contact-keys.ts';
import type { Table } from '../platform/table/table.ts';
import { contactListStore } from './contact-list-store.ts';
import type { MemberRemoval } from './jobs.ts';
import { memberOf } from './membership.ts';

/** Members that one message takes out, some seconds' work; what remains goes by another message. */
const mostPerMessage = 2000;
const atOnce = 100;

/** Takes the members of one bucket out of a deleted list, contacts first: a repetition finds what is left. */
export const removeMembers = async (table: Table, removals: WorkQueue<MemberRemoval>, removal: MemberRemoval) => {
  const { organizationId, listId, bucket } = removal;
  if (await contactListStore(table, organizationId).get(listId)) return;
  const pk = contactListKeys.memberBuckets(organizationId, listId)[bucket] ?? '';
  for (let removed = 0; removed < mostPerMessage; removed += atOnce) {
    const { items, next } = await table.query({ pk, limit: atOnce, consistent: true });
    await forgetList(
      table,
      organizationId,
      listId,
      items.map(memberOf).map(({ contactId }) => contactId),
    );
    await table.writeAll({ deletes: items });
    if (next === undefined) return;
  }
  await removals.send(organizationId, [removal]);
};
