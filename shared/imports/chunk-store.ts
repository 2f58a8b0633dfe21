import { z } from 'zod';
import { expiresAfter } from '../platform/clock.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { bulkOf } from '../platform/table/bulk.ts';
import { importKeys } from '../platform/table/contact-keys.ts';
import { and, differs, equals, missing, or } from '../platform/table/expression.ts';
import { merged } from '../platform/table/stream.ts';
import type { Table } from '../platform/table/table.ts';
import { TransactionRefused, type Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { Chunk } from './chunk-cutter.ts';
import type { Identities } from './identities.ts';
import { mostShownErrors, RowError } from './import-job.ts';

/**
 * What of a chunk is to be done next, in this order: its rows with a phone; those of them whose address another contact
 * has; its rows with an address alone. Each waits for what comes before it in all chunks, on which it can hang.
 */
export const chunkStages = ['phones', 'contested', 'alone'] as const;
export type ChunkStage = (typeof chunkStages)[number];

/** In the job, of each stage: the chunks of which it is done, or in which there was nothing to do. */
const counters = { phones: 'phonesDone', contested: 'contestedDone', alone: 'chunksDone' } as const;

const StoredChunk = Chunk.extend({
  next: z.enum([...chunkStages, 'nothing']),
  invalid: z.number().default(0),
  /** The last dry run that has read it. */
  checkId: z.string().optional(),
});
export type StoredChunk = z.infer<typeof StoredChunk>;

/** One delivery does a stage of a chunk, and says what is next. */
export interface ChunkMove {
  index: number;
  done: ChunkStage;
  next: ChunkStage | 'nothing';
}

/** What became of a chunk's rows. */
export interface ChunkCounts {
  valid: number;
  invalid: number;
  duplicates: number;
  imported: number;
}

const StoredIdentities = z.object({ phones: z.instanceof(Uint8Array), emails: z.instanceof(Uint8Array) });

/** Chunks, or what was found in them, that one read takes. */
const itemsAtOnce = 64;

/** A dry run is looked at while its job waits, which is less. */
const identitiesSeconds = 7 * 24 * 3600;

/** First errors and warnings of a chunk, kept in the table for the job's page. */
const StoredErrors = z.object({ errors: z.array(RowError), warnings: z.array(RowError) });
export type StoredErrors = z.infer<typeof StoredErrors>;

/** The parts of a job, and the row errors that each of them found. */
export const chunkStore = (table: Table, organizationId: OrganizationId, jobId: string) => {
  const pk = importKeys.chunks(organizationId, jobId);

  const items = (prefix: string, after?: string) =>
    merged(table, [pk], { prefix, after, atOnce: itemsAtOnce, consistent: true });

  return {
    /** Chunks that are there already, from an earlier try at the same file, stay as they are. */
    add: async (chunks: readonly Chunk[]): Promise<void> => {
      await bulkOf(table).insert(
        chunks.map((chunk) => ({
          ...importKeys.chunk(organizationId, jobId, chunk.index),
          ...chunk,
          next: chunkStages[0],
        })),
      );
    },

    get: async (index: number): Promise<StoredChunk | undefined> => {
      const item = await table.get(importKeys.chunk(organizationId, jobId, index), { consistent: true });
      return item && StoredChunk.parse(item);
    },

    /** The first chunk that there is: chunks of blank rows are left out. */
    first: async (): Promise<StoredChunk | undefined> => {
      const { items: found } = await table.query({ pk, prefix: importKeys.chunkPrefix, limit: 1, consistent: true });
      return found[0] && StoredChunk.parse(found[0]);
    },

    /** The chunks of which a stage is next, behind another or all of them, in the file's order: read as they are asked for. */
    async *waitingFor(stage: ChunkStage, behind?: number): AsyncGenerator<number> {
      const after = behind === undefined ? undefined : importKeys.chunk(organizationId, jobId, behind).sk;
      for await (const item of items(importKeys.chunkPrefix, after)) {
        const chunk = StoredChunk.parse(item);
        if (chunk.next === stage) yield chunk.index;
      }
    },

    /** Up to `limit` chunks that the dry run has still to read, in the file's order. */
    unchecked: async (checkId: string, limit: number): Promise<number[]> => {
      const unchecked: number[] = [];
      for await (const item of items(importKeys.chunkPrefix)) {
        const chunk = StoredChunk.parse(item);
        if (chunk.checkId !== checkId && unchecked.push(chunk.index) === limit) break;
      }
      return unchecked;
    },

    /** Keeps whom a chunk's rows are about; repeated, it writes the same. */
    putIdentities: (checkId: string, index: number, found: Identities, now: Date): Promise<void> =>
      table.put({
        ...importKeys.identities(organizationId, jobId, checkId, index),
        ...found,
        ttl: expiresAfter(now, identitiesSeconds),
      }),

    /** Whom the rows of all chunks are about, in the file's order. */
    async *identities(checkId: string): AsyncGenerator<Identities> {
      for await (const item of items(importKeys.identityPrefix(checkId))) yield StoredIdentities.parse(item);
    },

    /** The chunk's one moment in a dry run. Answers false when it was read before, or the dry run is over. */
    finishCheck: (
      checkId: string,
      index: number,
      { valid, invalid }: Pick<ChunkCounts, 'valid' | 'invalid'>,
      now: Date,
    ): Promise<boolean> =>
      unlessRefused(() =>
        table.transact([
          {
            update: importKeys.chunk(organizationId, jobId, index),
            change: { set: { checkId } },
            if: or(missing('checkId'), differs('checkId', checkId)),
          },
          {
            update: importKeys.job(organizationId, jobId),
            change: {
              add: { checkedChunks: 1, checkedValid: valid, checkedInvalid: invalid },
              set: { touchedAt: now.toISOString() },
            },
            if: and(equals('checkId', checkId), equals('status', 'pending')),
          },
        ]),
      ),

    /** The finished chunks that found errors. */
    withErrors: async (): Promise<number[]> => {
      const found: number[] = [];
      for await (const item of items(importKeys.chunkPrefix)) {
        const { index, invalid } = StoredChunk.parse(item);
        if (invalid > 0) found.push(index);
      }
      return found;
    },

    /**
     * The moment of a chunk, or of a part of its rows: they are done, and everything that counts them changes with them.
     * Answers `again` when they were done before or the job is over; `refused` when one of `others` did not hold.
     */
    finish: async (
      { index, done, next }: ChunkMove,
      counts: ChunkCounts,
      others: readonly Write[],
      now: Date,
    ): Promise<'done' | 'again' | 'refused'> => {
      const [first, last] = [chunkStages.indexOf(done), next === 'nothing' ? undefined : chunkStages.indexOf(next)];
      const passed = Object.fromEntries(chunkStages.slice(first, last).map((stage) => [counters[stage], 1]));
      const writes: Write[] = [
        {
          update: importKeys.chunk(organizationId, jobId, index),
          change: { set: { next }, add: { ...counts } },
          if: equals('next', done),
        },
        {
          update: importKeys.job(organizationId, jobId),
          change: { add: { ...passed, ...counts }, set: { touchedAt: now.toISOString() } },
          if: equals('status', 'processing'),
        },
        ...others,
      ];
      try {
        await table.transact(writes);
        return 'done';
      } catch (error) {
        if (!(error instanceof TransactionRefused)) throw error;
        return error.refused.has(0) || error.refused.has(1) ? 'again' : 'refused';
      }
    },

    /** Part of a transaction: a warning of a chunk's row that another chunk found out. */
    addWarning: (index: number, row: number, warnings: readonly RowError[]): Write => ({
      put: { ...importKeys.lateWarning(organizationId, jobId, index, row), errors: [], warnings },
    }),

    /** Part of a transaction: what was found in a chunk's rows is this, whatever it was before. */
    putErrors: (index: number, found: StoredErrors): Write => ({
      put: { ...importKeys.errors(organizationId, jobId, index), ...found },
    }),

    /** The first hundred errors and warnings so far, by row. */
    errors: async (): Promise<StoredErrors> => {
      const errors: RowError[] = [];
      const warnings: RowError[] = [];
      for await (const item of items(importKeys.errorPrefix)) {
        const found = StoredErrors.parse(item);
        errors.push(...found.errors);
        warnings.push(...found.warnings);
        if (errors.length >= mostShownErrors) break;
      }
      const distinct = new Map(warnings.map((warning) => [JSON.stringify([warning.row, warning.code]), warning]));
      return {
        errors: errors.slice(0, mostShownErrors),
        warnings: [...distinct.values()].toSorted((a, b) => a.row - b.row).slice(0, mostShownErrors),
      };
    },
  };
};
