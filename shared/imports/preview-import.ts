import type { Person } from '../contacts/import-batch.ts';
import type { Caller } from '../platform/http/route.ts';
import { idOf } from '../platform/id.ts';
import { chunkStore } from './chunk-store.ts';
import type { Proposal } from './column-names.ts';
import { chosenOptions, type ImportTrial } from './import-options.ts';
import type { ImportPreview } from './import-preview.ts';
import { importStore, type StoredImport } from './import-store.ts';
import { columnName, storedColumns } from './mapping.ts';
import { type ReadRecord, readChunk, readingOf } from './read-chunk.ts';
import { firstChunks, type ImportServices, sendChunks } from './run-import.ts';
import { assertWaits, columnsUnder, findImport, type WaitingImport } from './waiting-import.ts';

/** Rows that a preview shows. */
const mostRows = 20;
/** Cells of a column that a preview shows, and how much of each. */
const mostSamples = 3;
const longestSample = 100;

/**
 * What a job that waits would come to: what was understood of its file, its first rows as they would be stored, and
 * counts over the whole file. The counts are a dry run of its own, which the same settings start once: whoever asks
 * again sees how far it is.
 * @throws AppError NOT_FOUND, CONFLICT, VALIDATION_ERROR
 */
export const previewImport = async (
  services: ImportServices,
  caller: Caller,
  jobId: string,
  trial: ImportTrial,
): Promise<ImportPreview> => {
  const { table, uploads, clock } = services;
  const { organizationId } = caller;
  const waiting = assertWaits(await findImport(table, caller, jobId));
  const { plan } = waiting;
  const { headers, columns } = await columnsUnder(services, caller, waiting, trial);
  const options = chosenOptions(trial, waiting.job.options);
  const { validatePhones, defaultCountry } = options;
  const settings = { columns: storedColumns(columns), validatePhones, defaultCountry };
  const checkId = idOf(jobId, JSON.stringify(settings));
  const started = await importStore(table, organizationId).startCheck(jobId, checkId, settings, clock());
  if (started) await sendChunks(services, organizationId, jobId, firstChunks(services, plan.chunkCount), checkId);
  const first = await chunkStore(table, organizationId, jobId).first();
  const reading = await readingOf(table, organizationId, waiting.job, { ...options, columns });
  const records = first ? await readChunk(uploads, organizationId, waiting.job, plan, reading, first) : [];
  const job = await findImport(table, caller, jobId);
  return {
    jobId,
    filename: job.filename,
    format: plan.format,
    compressed: plan.compressed,
    encoding: plan.encoding,
    delimiter: plan.delimiter,
    headerRow: plan.headerTo > plan.headerFrom ? 1 : null,
    columns: columnsShown(headers, columns, records),
    options,
    rows: records.slice(0, mostRows).map((record) => rowShown(record)),
    counts: countsOf(job, waiting, checkId),
  };
};

const columnsShown = (headers: readonly string[], columns: readonly Proposal[], records: readonly ReadRecord[]) => {
  const byIndex = new Map(columns.map((column) => [column.index, column]));
  return headers.map((header, index) => {
    const cells = records.flatMap(({ cells: all }) => all[index] || []);
    return {
      name: columnName(headers, index),
      header,
      target: byIndex.get(index)?.target ?? null,
      confidence: byIndex.get(index)?.confidence ?? 0,
      samples: [...new Set(cells)].slice(0, mostSamples).map((cell) => cell.slice(0, longestSample)),
    };
  });
};

const rowShown = ({ row, person, faults }: ReadRecord) => ({
  row,
  contact: person ? contactShown(person) : null,
  errors: person ? [] : faults,
  warnings: person ? faults : [],
});

const contactShown = ({ phone, email, fields, optedOut, consent }: Person) => ({
  phone: phone ?? null,
  email: email ?? null,
  ...fields,
  optedOut: optedOut ?? false,
  consent: consent ?? null,
});

const countsOf = (job: StoredImport, { plan }: WaitingImport, checkId: string): ImportPreview['counts'] => {
  const { checkedChunks, checkedValid, checkedInvalid, checkResult } = job;
  // Somebody else may have begun to try another mapping meanwhile: this one's counts are gone.
  const isOurs = job.checkId === checkId;
  const { ofContacts = null, inFile = null } = (isOurs ? checkResult : undefined) ?? {};
  const compared = ofContacts !== null && inFile !== null;
  const final = isOurs && checkResult !== undefined;
  return {
    final,
    progress: final ? 100 : Math.min(99, isOurs ? Math.floor((checkedChunks / plan.chunkCount) * 100) : 0),
    totalRows: plan.totalRows,
    validContacts: isOurs ? checkedValid : 0,
    invalidContacts: isOurs ? checkedInvalid : 0,
    duplicates: compared ? ofContacts + inFile : null,
    duplicatesOfContacts: ofContacts,
    duplicatesInFile: inFile,
    newContacts: compared ? checkedValid - ofContacts - inFile : null,
  };
};
