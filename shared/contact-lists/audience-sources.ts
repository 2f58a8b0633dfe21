import { contactOfItem, type StoredContact } from '../contacts/contact-item.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactKeys, contactListKeys } from '../platform/table/contact-keys.ts';
import type { Item } from '../platform/table/item.ts';
import type { StoredList } from './contact-list-store.ts';
import { exclusionReader } from './exclusions.ts';
import { inSegment } from './find-lists.ts';
import { memberOf } from './membership.ts';

/** Somebody met in what an audience reads. */
export interface Met {
  contactId: string;
  phone: string | null;
  /** ISO 8601 UTC: when a member was added, or a contact was made. */
  addedAt: string;
  /** Where contacts themselves are read. */
  contact?: StoredContact;
}

/** Sixteen partitions in the order of contact ids: the members of a plain list, or everybody. */
export interface Reading {
  key: string;
  buckets: readonly string[];
  meet: (item: Item) => Met;
  /** Items that one request reads at the least: few of them may count. */
  atOnce: number;
}

/** What is read for a list, and which of those met there count. */
export interface Source {
  reading: Reading;
  keeps: (met: Met) => boolean;
}

/** Resolves lists of every kind to what is read for them. `all` answers those of some ids that exist. */
export const audienceSources = (
  runs: Objects,
  organizationId: OrganizationId,
  all: (listIds: readonly string[]) => Promise<StoredList[]>,
) => {
  const excludedBy = exclusionReader(runs);

  const members = (listId: string): Reading => ({
    key: listId,
    buckets: contactListKeys.memberBuckets(organizationId, listId),
    meet: memberOf,
    atOnce: 1,
  });

  const everybody: Reading = {
    key: 'everybody',
    buckets: contactKeys.buckets(organizationId),
    meet: (item) => {
      const contact = contactOfItem(item);
      return { contactId: contact.id, phone: contact.phone ?? null, addedAt: contact.createdAt, contact };
    },
    atOnce: 250,
  };

  const sourcesOf = async (listIds: readonly string[]): Promise<Source[]> =>
    (await Promise.all((await all(listIds)).map(sourcesOfList))).flat();

  const sourcesOfList = async ({ id, kind, filter, sourceListIds, exclusionsKey, asOf }: StoredList) => {
    if (kind === 'plain') return [{ reading: members(id), keeps: () => true }];
    if (kind === 'segment') {
      const shows = inSegment(filter);
      return [{ reading: everybody, keeps: ({ contact }: Met) => contact !== undefined && shows(contact) }];
    }
    const excluded = exclusionsKey === undefined ? () => false : await excludedBy(exclusionsKey);
    // Who joined a source after the scrub was never scrubbed.
    return (await sourcesOf(sourceListIds)).map(({ reading, keeps }) => ({
      reading,
      keeps: (met: Met) => (asOf === undefined || met.addedAt <= asOf) && !excluded(met.contactId) && keeps(met),
    }));
  };

  return sourcesOf;
};
