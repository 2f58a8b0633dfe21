import type { ContactList, NewContactList } from '../contact-lists/contact-list.ts';
import { AppError, invalidField } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';

export interface ImportLists {
  /** @throws AppError NOT_FOUND */
  find(caller: Caller, listId: string): Promise<ContactList>;
  /** @throws AppError DUPLICATE */
  create(caller: Caller, list: NewContactList): Promise<ContactList>;
}

/**
 * The list that rows are to join: one that stands, a new one, or none.
 * @throws AppError VALIDATION_ERROR for a list that can't take members, DUPLICATE for the name of one that exists
 */
export const targetList = async (
  lists: ImportLists,
  caller: Caller,
  listId: string | undefined,
  listName: string | undefined,
): Promise<string | undefined> => {
  if (listName !== undefined)
    return (await lists.create(caller, { name: listName }).catch((error: unknown) => renamed(error))).id;
  if (listId === undefined) return undefined;
  const list = await lists.find(caller, listId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') throw invalidField('listId', 'Contact list not found');
    throw error;
  });
  if (list.kind !== 'plain')
    throw invalidField('listId', 'This list follows from others or from a filter: import into a plain or a new one');
  return list.id;
};

/** A list's `name` is this request's `listName`. */
const renamed = (error: unknown): never => {
  if (error instanceof AppError && error.code === 'DUPLICATE')
    throw new AppError('DUPLICATE', error.message, { ...error.details, field: 'listName' });
  throw error;
};
