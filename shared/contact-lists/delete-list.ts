import { type Actor, auditWrites } from '../audit-logs/audit.ts';
import { AppError, notFound } from '../errors.ts';
import type { WorkQueue } from '../platform/queue.ts';
import { hexBuckets } from '../platform/table/walk.ts';
import { contactListStore } from './contact-list-store.ts';
import type { MemberRemoval } from './jobs.ts';
import type { ListServices } from './manage-lists.ts';

const mostListsRead = 1000;
const mostAttempts = 5;

/**
 * Deletes a list at once and sets its members on their way out; contacts stay. A repetition after a crash between
 * the two finds the tombstone and sends the work again. Members go into the list `into` if there is one.
 * @throws AppError NOT_FOUND, CONFLICT while another list follows from it
 */
export const deleteList = async (
  services: ListServices,
  removals: WorkQueue<MemberRemoval>,
  actor: Actor,
  listId: string,
  into?: string,
) => {
  const { table } = services;
  const { organizationId } = actor;
  const store = contactListStore(table, organizationId);
  for (let attempt = 0; ; attempt += 1) {
    const list = await store.get(listId);
    if (!list) {
      if (await store.isBeingRemoved(listId)) break;
      throw notFound('Contact list');
    }
    if (list.derivedLists > 0) throw await derivedFrom(store, listId);
    const note = { action: 'contact_list_deleted', resource: 'contact_list', resourceId: listId, before: list };
    if (await store.delete(list, auditWrites(services, actor, note))) break;
    if (attempt === mostAttempts) throw new AppError('CONFLICT', 'The list is being changed; try again');
  }
  await removals.send(
    organizationId,
    hexBuckets.map((_, bucket) => ({ organizationId, listId, bucket, ...(into === undefined ? {} : { into }) })),
  );
  await store.removalBegun(listId);
  return { message: 'Contact list deleted successfully' };
};

const derivedFrom = async (store: ReturnType<typeof contactListStore>, listId: string) => {
  const { items } = await store.page(undefined, mostListsRead);
  const names = items.filter(({ sourceListIds }) => sourceListIds.includes(listId)).map(({ name }) => name);
  return new AppError('CONFLICT', `Delete first what follows from this list: ${names.join(', ')}`, {
    derivedLists: names,
  });
};
