import type { ImportBatch } from '../contacts/import-batch.ts';
import { type BatchCounts, countsOf } from '../contacts/import-contacts.ts';
import { type RowPlace, settleAddresses } from '../contacts/settle-addresses.ts';
import { log } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Write } from '../platform/table/transact.ts';
import { type ChunkCounts, type ChunkMove, chunkStore, type StoredChunk } from './chunk-store.ts';
import { importPersons } from './import-persons.ts';
import type { StoredImport } from './import-store.ts';
import { chunkErrorsKey } from './jobs.ts';
import { type ReadRecord, readChunk, readingOf } from './read-chunk.ts';
import { csvType, errorLines, shownOf } from './row-errors.ts';
import type { ImportServices } from './run-import.ts';

type Plan = NonNullable<StoredImport['plan']>;

/** Enough where a chunk waits for its processor, and few enough to leave the table to the first chunks of others. */
const laterRequestsAtOnce = 2;

const emailTaken = {
  error: 'Imported without the e-mail address: another contact has it',
  field: 'email',
  code: 'EMAIL_TAKEN' as const,
};

/** How a chunk of a job is worked on: its rows with a phone first, and when those of all chunks are done, the rest. */
export const chunkWork = async (
  services: ImportServices,
  organizationId: OrganizationId,
  job: StoredImport,
  plan: Plan,
  chunk: StoredChunk,
) => {
  const { table, uploads, clock } = services;
  const { chunkCount, headers } = plan;
  const { index } = chunk;
  const store = chunkStore(table, organizationId, job.id);
  const reading = await readingOf(table, organizationId, job, { ...job.options, ...plan });
  const read = (some: StoredChunk) => readChunk(uploads, organizationId, job, plan, reading, some);
  const records = await read(chunk);
  const persons = records.flatMap(({ person }) => person ?? []);
  const refused = records.filter(({ person }) => !person);
  // Whose an address is can hang on a phone in another chunk; a file of one is read in order.
  const waits = chunkCount > 1 && plan.columns.some(({ target }) => target === 'phone');
  const [withPhone, alone] = waits
    ? [persons.filter(({ phone }) => phone !== undefined), persons.filter(({ phone }) => phone === undefined)]
    : [persons, []];

  const batch: ImportBatch = {
    organizationId,
    jobId: job.id,
    part: index,
    listId: job.listId,
    importedBy: job.createdBy,
    source: 'import',
    defaultCountry: job.options.defaultCountry,
    duplicates: job.options.duplicates,
    at: job.createdAt,
    now: clock().toISOString(),
    // A file's first chunk, which is all of a small one, goes before the later ones of a large one.
    ...(index === 0 ? {} : { requestsAtOnce: laterRequestsAtOnce }),
  };

  /** The first faults go into the table, for the job's page. */
  const faults = (withoutEmail: readonly { row: number }[]): Write[] => {
    const rows = new Set(withoutEmail.map(({ row }) => row));
    const warnings = records
      .map((record) => (rows.has(record.row) ? takenFrom(record) : record))
      .filter(({ person }) => person);
    const shown = { errors: shownOf(headers, refused), warnings: shownOf(headers, warnings) };
    // What was shown before the contested addresses were settled may be none now.
    const news = shown.errors.length + shown.warnings.length > 0 || chunk.next === 'contested';
    return news ? [store.putErrors(index, shown)] : [];
  };

  /** Ends what was done with all counts and faults. Answers whether it was this call that did. */
  const end = async (
    move: ChunkMove,
    outcome: BatchCounts,
    rows: Pick<ChunkCounts, 'valid' | 'invalid'>,
    found: readonly Write[] = [],
  ) => {
    const { imported, duplicates } = outcome;
    const counts = { ...rows, imported, duplicates };
    const { organization, list } = countsOf(organizationId, job.listId, outcome);
    const finish = (others: typeof list) => store.finish(move, counts, [...others, ...found], clock());
    // Refused: the list was deleted meanwhile, and there is nothing left to count there.
    const first = await finish([...organization, ...list]);
    const ended = first === 'refused' ? await finish(organization) : first;
    log.info('chunk', { jobId: job.id, ...move, ended, ...counts });
    return ended === 'done';
  };

  const others = new Map<number, Promise<ReadRecord[]>>();
  const recordsOf = (part: number) => {
    const found = others.get(part) ?? store.get(part).then((other) => (other ? read(other) : []));
    others.set(part, found);
    return found;
  };

  /** The warning of a row whose chunk may be done already. */
  const lost = async ({ part, row }: RowPlace) => {
    const record = (await recordsOf(part)).find((one) => one.row === row);
    return store.addWarning(part, row, shownOf(headers, record ? [takenFrom({ ...record, faults: [] })] : []));
  };

  const afterAddresses = alone.length > 0 ? 'alone' : 'nothing';

  return {
    /** Rows with a phone, or all of them. Answers, as the others, whether it was this delivery that ended them. */
    phones: async (): Promise<boolean> => {
      const optOuts = refused.flatMap(({ optOut }) => optOut ?? []);
      const outcome = await importPersons(table, batch, withPhone, optOuts);
      if (refused.length > 0)
        await uploads.put(chunkErrorsKey(organizationId, job.id, index), errorLines(refused), csvType);
      const next = waits && outcome.withoutEmail.length > 0 ? 'contested' : afterAddresses;
      const rows = { valid: withPhone.length, invalid: refused.length };
      return end({ index, done: 'phones', next }, outcome, rows, faults(outcome.withoutEmail));
    },

    /** Addresses that rows went without: only the warnings change. */
    contested: async (): Promise<boolean> => {
      const without = await settleAddresses(table, batch, withPhone, lost);
      const rows = { valid: 0, invalid: 0 };
      return end({ index, done: 'contested', next: afterAddresses }, nobody, rows, faults(without));
    },

    /** Rows with an address alone. */
    alone: async (): Promise<boolean> => {
      // A part of its own: what the first one made is counted.
      const outcome = await importPersons(table, { ...batch, part: chunkCount + index }, alone);
      return end({ index, done: 'alone', next: 'nothing' }, outcome, { valid: alone.length, invalid: 0 });
    },
  };
};

const nobody = { imported: 0, duplicates: 0, joined: 0 };

const takenFrom = (record: ReadRecord): ReadRecord => ({ ...record, faults: [...record.faults, emailTaken] });
