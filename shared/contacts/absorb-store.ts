import { consentMoves } from '../consents/leave-consents.ts';
import { changeMemberPhone, memberItem, memberOf, removeMember } from '../contact-lists/membership.ts';
import { AppError } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactKeys, contactListKeys } from '../platform/table/contact-keys.ts';
import { and, equals, exists, missing } from '../platform/table/expression.ts';
import type { Item } from '../platform/table/item.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { mostListsOfContact, mostOthers } from './contact.ts';
import { passClaims } from './contact-claims.ts';
import { changeIndex } from './contact-index.ts';
import { changeContactCounts, forgetTrace, type StoredContact } from './contact-item.ts';

/** DynamoDB takes no more in one transaction. */
const mostWrites = 100;
/** Lists that follow in a transaction of their own, where one can't hold all: three writes each. */
const mostListsAtOnce = 30;
/** Consents that follow in the transaction itself, where it has room: nearly always all. */
const mostConsents = 10;

/** A contact takes in another: both as they were read, and what becomes of the first. */
export interface Absorption {
  survivor: StoredContact;
  other: StoredContact;
  merged: StoredContact;
}

type Step = 'begun' | 'done' | 'refused';

const unchanged = ({ version }: StoredContact) => and(exists('pk'), equals('version', version));

/** How one contact takes in another: claims, names, memberships and counts in the transaction that deletes the other. */
export const absorbStore = (table: Table, organizationId: OrganizationId) => {
  const contactKey = ({ id }: StoredContact) => contactKeys.contact(organizationId, id);
  const memberKey = (listId: string, { id }: StoredContact) => contactListKeys.member(organizationId, listId, id);

  /** Which lists stand, and the memberships of both contacts in them: all as the table has them. */
  const standing = async (listIds: readonly string[], survivor: StoredContact, other: StoredContact) => {
    const keys = listIds.flatMap((listId) => [
      contactListKeys.count(organizationId, listId),
      memberKey(listId, survivor),
      memberKey(listId, other),
    ]);
    const items = await table.getAll(keys, { consistent: true });
    return new Map(
      listIds.map((listId, index) => {
        const [list, mine, theirs] = items.slice(index * 3, index * 3 + 3);
        return [listId, { exists: list !== undefined, mine, theirs }] as const;
      }),
    );
  };

  /** A membership of the other becomes the survivor's, as it is; where both are members, the list has one fewer. */
  const follow = (
    listId: string,
    found: { exists: boolean; mine: Item | undefined; theirs: Item | undefined } | undefined,
    { survivor, other }: Absorption,
    phone: string | undefined,
  ): Write[] => {
    if (!found?.theirs) return [];
    if (!found.exists) return [{ delete: memberKey(listId, other) }];
    if (found.mine) return removeMember(organizationId, listId, other.id);
    const member = { ...memberOf(found.theirs), contactId: survivor.id, phone: phone ?? null };
    return [
      { delete: memberKey(listId, other), if: exists('pk') },
      { put: memberItem(organizationId, listId, member), if: missing('pk') },
      { check: contactListKeys.count(organizationId, listId), if: exists('pk') },
    ];
  };

  /** Some memberships alone: a state like any other, from which the rest goes on. */
  const moveLists = async (absorption: Absorption, listIds: readonly string[], found: Standing): Promise<Step> => {
    const { survivor, other } = absorption;
    const joined = listIds.filter((listId) => found.get(listId)?.exists && !(listId in survivor.lists));
    const moved = await unlessRefused(() =>
      table.transact([
        {
          update: contactKey(survivor),
          change: {
            set: Object.fromEntries(joined.map((listId) => [`lists.${listId}`, other.lists[listId]])),
            add: { version: 1 },
          },
          if: unchanged(survivor),
        },
        {
          update: contactKey(other),
          change: { remove: listIds.map((listId) => `lists.${listId}`), add: { version: 1 } },
          if: unchanged(other),
        },
        ...listIds.flatMap((listId) => follow(listId, found.get(listId), absorption, survivor.phone)),
      ]),
    );
    return moved ? 'begun' : 'refused';
  };
  type Standing = Awaited<ReturnType<typeof standing>>;

  return {
    /**
     * Writes one step of it, the last of which deletes the other contact; 'refused' when nothing was written, because
     * something is no longer as it was read.
     * @throws AppError CONFLICT for more lists, phones and addresses than a contact may have
     */
    step: async (absorption: Absorption, others: readonly Write[]): Promise<Step> => {
      const { survivor, other, merged } = absorption;
      const theirs = Object.keys(other.lists);
      const mine = Object.keys(survivor.lists);
      const found = await standing([...new Set([...mine, ...theirs])], survivor, other);
      const joins = theirs.filter((listId) => !mine.includes(listId) && found.get(listId)?.exists);
      if (mine.length + joins.length > mostListsOfContact)
        throw new AppError('CONFLICT', `Merged, it would be in more than ${mostListsOfContact} lists`);
      const { id: _id, lists: _lists, version: _version, createdAt: _at, createdBy: _by, ...fields } = merged;
      if ((fields.otherPhones ?? []).length + (fields.otherEmails ?? []).length > mostOthers)
        throw new AppError('CONFLICT', `Merged, it would have more than ${mostOthers} other phones and addresses`);
      const counts = { active: 0, inactive: 0 };
      counts[survivor.status] -= 1;
      counts[other.status] -= 1;
      counts[merged.status] += 1;
      const joined = Object.fromEntries(joins.map((listId) => [`lists.${listId}`, other.lists[listId]]));
      const writes: Write[] = [
        {
          update: contactKey(survivor),
          change: {
            set: { ...fields, ...joined },
            add: { version: 1 },
            remove: Object.keys(survivor).filter((name) => !(name in merged)),
          },
          if: unchanged(survivor),
        },
        { delete: contactKey(other), if: unchanged(other) },
        ...passClaims(organizationId, other, survivor.id),
        ...changeIndex(organizationId, survivor, merged),
        ...changeIndex(organizationId, other, undefined),
        ...forgetTrace(organizationId, other),
        changeContactCounts(organizationId, counts),
        ...theirs.flatMap((listId) => follow(listId, found.get(listId), absorption, merged.phone)),
        ...(merged.phone === survivor.phone
          ? []
          : mine
              .filter((listId) => found.get(listId)?.mine)
              .map((listId) => changeMemberPhone(organizationId, listId, survivor.id, merged.phone ?? null))),
        ...others,
      ];
      if (writes.length > mostWrites && theirs.length > 0)
        return moveLists(absorption, theirs.slice(0, mostListsAtOnce), found);
      const room = Math.floor((mostWrites - writes.length) / 2);
      writes.push(...(await consentMoves(table, organizationId, other.id, survivor.id, Math.min(room, mostConsents))));
      return (await unlessRefused(() => table.transact(writes))) ? 'done' : 'refused';
    },
  };
};
