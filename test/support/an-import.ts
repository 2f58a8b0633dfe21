import { openAudience } from '../../shared/contact-lists/audience.ts';
import { contactListStore } from '../../shared/contact-lists/contact-list-store.ts';
import { collect, contactSources } from '../../shared/contacts/contact-sources.ts';
import { contactStore } from '../../shared/contacts/contact-store.ts';
import { type ChunkLimits, chunkLimits } from '../../shared/imports/chunk-cutter.ts';
import { chunkStore } from '../../shared/imports/chunk-store.ts';
import { importReader } from '../../shared/imports/find-imports.ts';
import { importChunk } from '../../shared/imports/import-chunk.ts';
import type { ImportOptions } from '../../shared/imports/import-options.ts';
import { importStore } from '../../shared/imports/import-store.ts';
import { type ChunkMessage, uploadKey } from '../../shared/imports/jobs.ts';
import { planImport } from '../../shared/imports/plan-import.ts';
import { readChunk, readingOf } from '../../shared/imports/read-chunk.ts';
import type { ImportServices } from '../../shared/imports/run-import.ts';
import { isoAfter, systemClock } from '../../shared/platform/clock.ts';
import { systemIds } from '../../shared/platform/id.ts';
import type { Table } from '../../shared/platform/table/table.ts';
import { anOrganization } from './local-table.ts';
import { memoryObjects } from './memory-objects.ts';

type Announced = Partial<ImportOptions> & { listId?: string; autoStart?: boolean; filename?: string };

/** An organization that imports: its bucket and its queue in memory, everything else as it is. */
export const anImporter = (table: Table, limits: Partial<ChunkLimits> = {}, organizationId = anOrganization()) => {
  const queue: ChunkMessage[] = [];
  const uploads = memoryObjects();
  const services: ImportServices = {
    table,
    uploads,
    clock: systemClock,
    ids: systemIds,
    limits: { ...chunkLimits, ...limits },
    chunksInFlight: 8,
    chunks: {
      send: async (_organizationId, messages) => {
        queue.push(...messages);
      },
    },
  };
  const reader = importReader(
    table,
    { ...uploads, downloadUrl: async (key) => `https://example.com/${key}` },
    organizationId,
  );
  const contacts = contactStore(table, organizationId);
  const audience = openAudience(table, uploads, organizationId);

  return {
    organizationId,
    queue,
    uploads,
    services,
    contacts,
    find: reader.find,

    /** A job that waits for its file. */
    announce: async (fileSize: number, options: Announced = {}) => {
      const { listId, autoStart = true, filename = 'contacts.csv', ...chosen } = options;
      const now = systemClock().toISOString();
      const id = systemIds.sequential();
      await importStore(table, organizationId).create({
        id,
        filename,
        fileSize,
        status: 'pending',
        options: { duplicates: 'skip', validatePhones: true, defaultCountry: 'US', ...chosen },
        autoStart,
        ...(listId === undefined ? {} : { listId }),
        createdBy: systemIds.random(),
        createdAt: now,
        uploadExpiresAt: isoAfter(systemClock(), 900),
        expiryCheckAt: isoAfter(systemClock(), 960),
        touchedAt: now,
        phonesDone: 0,
        contestedDone: 0,
        chunksDone: 0,
        checkedChunks: 0,
        checkedValid: 0,
        checkedInvalid: 0,
        valid: 0,
        invalid: 0,
        duplicates: 0,
        imported: 0,
      });
      return id;
    },

    upload: (jobId: string, file: string | Uint8Array) =>
      uploads.put(uploadKey(organizationId, jobId), file, 'text/csv'),

    /** A job with its file, planned: its first chunks are in the queue. */
    async planned(file: string | Uint8Array, options: Announced = {}) {
      const jobId = await this.announce(Buffer.byteLength(file), options);
      await this.upload(jobId, file);
      await planImport(services, organizationId, jobId);
      return jobId;
    },

    /** The rows of a planned job as they are understood: persons, or the code of what is wrong. */
    readRows: async (jobId: string) => {
      const job = await importStore(table, organizationId).get(jobId);
      if (!job?.plan) throw new Error(`The import ${jobId} is not planned: ${job?.failure?.message}`);
      const { plan } = job;
      const reading = await readingOf(table, organizationId, job, { ...job.options, ...plan });
      const read = async (index: number) => {
        const chunk = await chunkStore(table, organizationId, jobId).get(index);
        return chunk ? readChunk(uploads, organizationId, job, plan, reading, chunk) : [];
      };
      const records = await Promise.all([...Array(plan.chunkCount).keys()].map(read));
      return records.flat().map(({ row, person, faults }) => person ?? { row, code: faults[0]?.code });
    },

    /** Works on what is in the queue until it is empty. */
    drain: async () => {
      for (let message = queue.shift(); message; message = queue.shift()) await importChunk(services, message);
    },

    /** The whole import, start to end. */
    async imported(file: string | Uint8Array, options: Announced = {}) {
      const jobId = await this.planned(file, options);
      await this.drain();
      return reader.find(jobId);
    },

    aList: async () => {
      const id = systemIds.sequential();
      const now = systemClock().toISOString();
      await contactListStore(table, organizationId).create({
        id,
        name: id,
        status: 'active',
        kind: 'plain',
        tags: [],
        sourceListIds: [],
        derivedLists: 0,
        createdBy: { id: systemIds.random(), name: 'Somebody' },
        createdAt: now,
        updatedAt: now,
        version: 1,
      });
      return id;
    },

    all: async () =>
      (
        await collect(contactSources(table, organizationId, audience).all, () => true, {
          after: undefined,
          limit: 1000,
        })
      ).items,
    membersOf: async (listId: string) => (await audience.page({ listIds: [listId], limit: 1000 })).members,
    countOf: (listId: string) => audience.countMembers(listId),
  };
};
