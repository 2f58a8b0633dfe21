import type { Position } from '../platform/http/page.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { itemStream } from '../platform/table/stream.ts';
import type { Table } from '../platform/table/table.ts';
import { hexBuckets } from '../platform/table/walk.ts';
import { audienceSources } from './audience-sources.ts';
import { contactListStore, type StoredList } from './contact-list-store.ts';
import { requireLists } from './find-lists.ts';

export interface AudiencePage {
  members: { contactId: string; phone: string | null }[];
  /** Where to go on; absent at the end. A page may be short, even empty, and still have it. */
  next: Position | undefined;
}

/** The distinct members of any lists of one organization: derived lists resolved, segments evaluated. */
export interface Audience {
  /** In the order of bucket and contact id, each once however many lists hold it. Lists that are gone hold nobody. */
  page(options: {
    listIds: readonly string[];
    after?: Position | undefined;
    limit: number;
    /**
     * Leaves out who joined after this moment (ISO 8601 UTC), of a segment who was made after it: pages read later
     * still make one picture.
     */
    asOf?: string;
    /** Only those whose ids fall into this bucket, by its place among the sixteen. */
    bucket?: number | undefined;
  }): Promise<AudiencePage>;
  /** Exact, of one list; null of a segment, whose members only show when it is evaluated. */
  countMembers(listId: string): Promise<number | null>;
  /** The lists of these ids, in their order. @throws AppError VALIDATION_ERROR naming `listIds` and the unknown one */
  requireLists(listIds: readonly string[]): Promise<StoredList[]>;
}

/** Members that one page examines for each that it wants: bounds a page of which exclusions leave little. */
const mostExaminedPerWanted = 4;
const leastExamined = 1000;

export const openAudience = (table: Table, runs: Objects, organizationId: OrganizationId): Audience => {
  const lists = contactListStore(table, organizationId);
  const sourcesOf = audienceSources(runs, organizationId, lists.all);

  return {
    page: async ({ listIds, after, limit, asOf, bucket: only }) => {
      const sources = await sourcesOf(listIds);
      const readings = new Map(sources.map(({ reading }) => [reading.key, reading]));
      const members: AudiencePage['members'] = [];
      const mostExamined = Math.max(leastExamined, limit * mostExaminedPerWanted);
      const end = only === undefined ? hexBuckets.length : only + 1;
      let [bucket, last] = after ?? [only ?? 0, null];
      let examined = 0;
      for (; bucket < end; bucket += 1, last = null) {
        const streams = [...readings.values()].map(({ key, buckets, atOnce, meet }) => ({
          stream: itemStream(
            table,
            // A member added before an audience was asked for is in it.
            { pk: buckets[bucket] ?? '', after: last ?? undefined, consistent: true },
            Math.max(limit - members.length + 1, atOnce),
            meet,
          ),
          sources: sources.filter(({ reading }) => reading.key === key),
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

    countMembers: async (listId) => {
      const [list, counts] = await Promise.all([lists.get(listId), lists.memberCounts([listId])]);
      return list?.kind === 'segment' ? null : (counts.get(listId) ?? 0);
    },

    requireLists: (listIds) => requireLists(table, organizationId, listIds, 'listIds'),
  };
};
