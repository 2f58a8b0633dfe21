import { invalidField } from '../errors.ts';
import type { Position } from '../platform/http/page.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactListKeys } from '../platform/table/contact-keys.ts';
import { itemStream } from '../platform/table/stream.ts';
import type { Table } from '../platform/table/table.ts';
import { hexBuckets } from '../platform/table/walk.ts';
import { contactListStore, type StoredList } from './contact-list-store.ts';
import { exclusionReader } from './exclusions.ts';
import { type Member, memberOf } from './membership.ts';

export interface AudiencePage {
  members: { contactId: string; phone: string | null }[];
  /** Where to go on; absent at the end. A page may be short, even empty, and still have it. */
  next: Position | undefined;
}

/** The distinct members of any lists of one organization, derived lists resolved. */
export interface Audience {
  /** In the order of bucket and contact id, each once however many lists hold it. Lists that are gone hold nobody. */
  page(options: {
    listIds: readonly string[];
    after?: Position | undefined;
    limit: number;
    /** Leaves out who joined after this moment (ISO 8601 UTC): pages read later still make one picture. */
    asOf?: string;
  }): Promise<AudiencePage>;
  /** Exact, of one list. */
  countMembers(listId: string): Promise<number>;
  /** The lists of these ids, in their order. @throws AppError VALIDATION_ERROR naming `listIds` and the unknown one */
  requireLists(listIds: readonly string[]): Promise<StoredList[]>;
}

/** A plain list that is read, and which of its members count. */
interface Source {
  listId: string;
  keeps: (member: Member) => boolean;
}

/** Members that one page examines for each that it wants: bounds a page of which exclusions leave little. */
const mostExaminedPerWanted = 4;
const leastExamined = 1000;

export const openAudience = (table: Table, runs: Objects, organizationId: OrganizationId): Audience => {
  const lists = contactListStore(table, organizationId);
  const excludedBy = exclusionReader(runs);

  const sourcesOf = async (listIds: readonly string[]): Promise<Source[]> => {
    const sources = (await lists.all(listIds)).map(async ({ id, kind, sourceListIds, exclusionsKey, asOf }) => {
      if (kind === 'plain') return [{ listId: id, keeps: () => true }];
      const excluded = exclusionsKey === undefined ? () => false : await excludedBy(exclusionsKey);
      // Who joined a source after the scrub was never scrubbed.
      return (await sourcesOf(sourceListIds)).map(({ listId, keeps }) => ({
        listId,
        keeps: (member: Member) =>
          (asOf === undefined || member.addedAt <= asOf) && !excluded(member.contactId) && keeps(member),
      }));
    });
    return (await Promise.all(sources)).flat();
  };

  return {
    page: async ({ listIds, after, limit, asOf }) => {
      const sources = await sourcesOf(listIds);
      const partitions = new Map(
        sources.map(({ listId }) => [listId, contactListKeys.memberBuckets(organizationId, listId)]),
      );
      const members: AudiencePage['members'] = [];
      const mostExamined = Math.max(leastExamined, limit * mostExaminedPerWanted);
      let [bucket, last] = after ?? [0, null];
      let examined = 0;
      for (; bucket < hexBuckets.length; bucket += 1, last = null) {
        const streams = [...partitions].map(([listId, buckets]) => ({
          stream: itemStream(
            table,
            // A member added before an audience was asked for is in it.
            { pk: buckets[bucket] ?? '', after: last ?? undefined, consistent: true },
            limit - members.length + 1,
            memberOf,
          ),
          sources: sources.filter((source) => source.listId === listId),
        }));
        for (;;) {
          const heads = await Promise.all(streams.map(({ stream }) => stream.head()));
          const least = heads.reduce<string | undefined>(
            (id, head) => (head && (id === undefined || head.contactId < id) ? head.contactId : id),
            undefined,
          );
          if (least === undefined) break;
          if (members.length === limit || examined === mostExamined) return { members, next: [bucket, last] };
          const held = heads.filter((head) => head?.contactId === least);
          const kept = streams.flatMap(({ sources: those }, index) => {
            const head = heads[index];
            const joined = head?.contactId === least && (asOf === undefined || head.addedAt <= asOf);
            return joined && those.some(({ keeps }) => keeps(head)) ? [head] : [];
          });
          if (kept.length > 0)
            members.push({ contactId: least, phone: held.find((head) => head?.phone)?.phone ?? null });
          for (const [index, { stream }] of streams.entries()) if (heads[index]?.contactId === least) stream.advance();
          examined += 1;
          last = least;
        }
      }
      return { members, next: undefined };
    },

    countMembers: async (listId) => (await lists.memberCounts([listId])).get(listId) ?? 0,

    requireLists: async (listIds) => {
      const found = new Map((await lists.all(listIds)).map((list) => [list.id, list]));
      return listIds.map((listId) => {
        const list = found.get(listId);
        if (!list) throw invalidField('listIds', `listIds: no contact list ${listId}`, { listId });
        return list;
      });
    },
  };
};
