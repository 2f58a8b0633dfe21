import { customFieldDefinitions } from '../custom-fields/typed-fields.ts';
import { log } from '../platform/log.ts';
import { ObjectChanged } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { cutChunks } from './chunk-cutter.ts';
import { chunkStore } from './chunk-store.ts';
import { identifies } from './column.ts';
import { withOwnFields } from './column-names.ts';
import { convertFile } from './convert/convert-file.ts';
import { openSource } from './convert/source-file.ts';
import { ImportFailed } from './failure.ts';
import { rowsEnd } from './footer.ts';
import { importStore, type StoredImport } from './import-store.ts';
import { convertedKey, type UploadEvent, uploadKey, uploadOf } from './jobs.ts';
import { mapped } from './mapping.ts';
import { firstChunks, type ImportServices, sendChunks } from './run-import.ts';
import type { Dialect } from './sniff-file.ts';

/** Every upload that an event of S3 reports. Events come at least once, and some are tests without records. */
export const planUploads = async (services: ImportServices, { Records }: UploadEvent): Promise<void> => {
  for (const { s3 } of Records) {
    const upload = uploadOf(s3.object.key);
    if (upload) await planImport(services, upload.organizationId, upload.jobId);
  }
};

/**
 * Cuts an uploaded file into chunks and sets the first ones going. Repeated, it does the same again: the file is
 * pinned by its ETag, the same bytes give the same chunks, and chunks that stand are left as they are.
 */
export const planImport = async (
  services: ImportServices,
  organizationId: OrganizationId,
  jobId: string,
): Promise<void> => {
  const { table, uploads, clock } = services;
  const store = importStore(table, organizationId);
  const key = uploadKey(organizationId, jobId);
  const facts = await uploads.facts(key);
  if (!facts) return;
  const announced = await store.get(jobId);
  if (announced?.status === 'pending' && announced.etag === undefined)
    await store.start(announced, facts.etag, clock());
  const job = await store.get(jobId);
  if (!job || job.etag !== facts.etag) {
    // The upload of no job, or a second one: the job goes on with what its workers have read, or fails by them.
    log.warn('upload refused', { jobId });
    await uploads.delete(key);
    return;
  }
  if (job.status === 'completed' || job.status === 'failed') return;
  if (!job.plan) await cut(services, organizationId, job, facts.bytes);
  const planned = await store.get(jobId);
  if (planned?.status !== 'processing' || !planned.plan) return;
  await sendChunks(services, organizationId, jobId, firstChunks(services, planned.plan.chunkCount));
};

const cut = async (
  { table, uploads, clock, limits }: ImportServices,
  organizationId: OrganizationId,
  job: StoredImport,
  bytes: number,
) => {
  const { id, etag, fileSize } = job;
  const store = importStore(table, organizationId);
  const parts = chunkStore(table, organizationId, id);
  try {
    if (bytes === 0) throw new ImportFailed('EMPTY_FILE', 'The file is empty');
    if (bytes !== fileSize)
      throw new ImportFailed('SIZE_MISMATCH', `The file has ${bytes} bytes, but ${fileSize} were announced`);
    const upload = { key: uploadKey(organizationId, id), etag: etag ?? '', bytes };
    const file = await convertFile(uploads, upload, (step) => convertedKey(organizationId, id, step));
    const source = openSource(uploads, file);
    const pieces = upTo(await source.stream(), await rowsEnd(source));
    const ownFields = (await customFieldDefinitions(table, organizationId)).map(({ name }) => name);
    const plan = await cutChunks(pieces, limits, parts.add, (dialect) => settle(job, dialect, ownFields));
    const { format, compressed, steps } = file;
    const converted = steps === 0 ? {} : { converted: { step: steps, etag: file.etag } };
    await store.planned(id, { ...plan, format, compressed, ...converted }, clock());
    log.info('planned', { jobId: id, chunks: plan.chunkCount, rows: plan.totalRows });
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    await store.fail(id, failure, clock());
    log.info('import failed', { jobId: id, code: failure.code });
  }
};

/** The first `bytes` of what streams. */
async function* upTo(pieces: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const piece of pieces) {
    yield piece.length > left ? piece.subarray(0, left) : piece;
    left -= piece.length;
    if (left <= 0) return;
  }
}

/** A job that starts by itself takes what the headers name, and needs a phone or an address among it. */
const settle = ({ autoStart, mapping }: StoredImport, dialect: Dialect, ownFields: readonly string[]): Dialect => {
  const { headers, guessed } = dialect;
  const columns = withOwnFields(headers, dialect.columns, ownFields);
  const proposed = mapped(headers, [...columns, ...(autoStart ? [] : guessed)], mapping);
  if (autoStart && !identifies(proposed))
    throw new ImportFailed(
      'NO_CONTACT_COLUMN',
      `No column is named like a phone or an e-mail address. The header row reads: ${listed(headers)}`,
    );
  return { ...dialect, columns: proposed };
};

const listed = (headers: readonly string[]) => {
  const text = headers.slice(0, 20).join(', ');
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
};

/** What ends a job for good; `undefined` for what may pass. */
export const failureOf = (error: unknown) => {
  if (error instanceof ImportFailed) return error.failure;
  if (error instanceof ObjectChanged)
    return new ImportFailed('UPLOAD_REPLACED', 'The file was replaced or deleted while it was imported').failure;
  return undefined;
};
