import * as z from 'zod';
import type { StoredContact } from '../contacts/contact-item.ts';
import { duplicateReasons, type Likeness, likenessesOf } from '../contacts/likeness.ts';
import { traceTtl } from '../contacts/undo-period.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import { sha256 } from '../platform/hash.ts';
import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { inFlight } from '../platform/table/bulk.ts';
import { contactJobKeys } from '../platform/table/contact-keys.ts';
import { exists, missing } from '../platform/table/expression.ts';
import { padded } from '../platform/table/key-parts.ts';
import { chunksOf } from '../platform/table/retry.ts';
import type { Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { walk } from '../platform/table/walk.ts';

/** Contacts of one group; what is alike beyond those is a group of its own. */
const mostOfGroup = 20;
/** Characters of a digest, each of six bits: they differ wherever what they stand for does. */
const digestLength = 22;

/** Likely duplicates as they were found: nothing in it tells who they are once they are deleted. */
const StoredGroup = z.object({
  sk: z.string(),
  reason: z.enum(duplicateReasons),
  /** A digest of what they have in common. */
  likeness: z.string(),
  contactIds: z.array(z.string()),
  foundAt: z.string(),
  mergedInto: z.string().optional(),
});
export type StoredGroup = z.infer<typeof StoredGroup>;

const startOf = (part: number) => `${padded(part, 2)}-`;

/** The likely duplicates that one job found, part by part. They go by themselves after a week and a day. */
export const duplicateStore = (table: Table, organizationId: OrganizationId, jobId: string) => {
  const pk = contactJobKeys.duplicates(organizationId, jobId);
  const keyOf = (groupId: string) => contactJobKeys.duplicate(organizationId, jobId, groupId);
  const digestOf = (key: string) => sha256(`${jobId}\n${key}`).slice(0, digestLength);

  return {
    /** Whether a contact still has what those of a group were found by. */
    isStillLike: (contact: StoredContact, { reason, likeness }: StoredGroup): boolean =>
      likenessesOf(contact, reason).some((key) => digestOf(key) === likeness),

    /** Writes down what a part found: what was found before stays as it was. Answers how many groups these are. */
    add: async (part: number, found: readonly Likeness[], now: Date): Promise<number> => {
      const groups = found.flatMap(({ reason, key, contacts }) =>
        chunksOf(
          contacts.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
          mostOfGroup,
        )
          .filter((some) => some.length > 1)
          .map((some) => {
            const contactIds = some.map(({ id }) => id);
            const likeness = digestOf(key);
            const id = sha256(JSON.stringify([reason, likeness, contactIds])).slice(0, digestLength);
            return { ...keyOf(`${startOf(part)}${id}`), reason, likeness, contactIds };
          }),
      );
      const ttl = traceTtl(now);
      await mapConcurrently(groups, inFlight, (group) =>
        unlessRefused(() => table.put({ ...group, foundAt: now.toISOString(), ttl }, missing('pk'))),
      );
      return groups.length;
    },

    page: async (after: Position | undefined, limit: number) => {
      const { items, next } = await walk(table, { partitions: [pk] }, { after, limit });
      return { items: items.map((item) => StoredGroup.parse(item)), next };
    },

    /** Up to `limit` groups that a part found. */
    ofPart: async (part: number, after: string | undefined, limit: number) => {
      const { items, next } = await table.query({ pk, prefix: startOf(part), after, limit, consistent: true });
      return { groups: items.map((item) => StoredGroup.parse(item)), next };
    },

    named: async (groupIds: readonly string[]): Promise<StoredGroup[]> => {
      const items = await table.getAll(groupIds.map(keyOf), { consistent: true });
      return items.flatMap((item) => (item ? [StoredGroup.parse(item)] : []));
    },

    markMerged: (groupId: string, contactId: string) =>
      unlessRefused(() => table.update(keyOf(groupId), { set: { mergedInto: contactId } }, exists('pk'))),
  };
};
