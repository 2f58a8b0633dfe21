import { deriveList } from '../contact-lists/derive-list.ts';
import { AppError } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import { idOf } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { StoredScrub } from './scrub-store.ts';

/** Makes the clean list of a scrub, once: its sources less the matches. Answers the list's id. */
export const createCleanList =
  (table: Table, clock: Clock, organizationId: OrganizationId) =>
  async (scrub: StoredScrub, exclusionsKey: string): Promise<string> => {
    const id = idOf('clean-list', scrub.id);
    const list = {
      id,
      description: `Checked against ${scrub.listsChecked.join(', ') || 'no list'}`,
      sourceListIds: scrub.contactListIds,
      exclusionsKey,
      contactCount: scrub.totalContacts - scrub.matchedDNC,
      asOf: scrub.createdAt,
      createdBy: scrub.createdBy,
    };
    const derive = (name: string) => deriveList(table, organizationId, { ...list, name }, clock().toISOString());
    await derive(scrub.cleanListName).catch((error: unknown) => {
      // Somebody took the name while the scrub ran: its result is worth more than its name.
      if (error instanceof AppError && error.code === 'DUPLICATE')
        return derive(`${scrub.cleanListName} ${id.slice(-6)}`);
      throw error;
    });
    return id;
  };
