import { safeCsvLine } from '../../platform/csv.ts';
import type { Objects } from '../../platform/objects.ts';
import { ImportFailed } from '../failure.ts';
import type { FileFormat } from '../file-format.ts';
import { byteOrderMark } from '../text-encoding.ts';
import { inflate, inflateBudget } from './inflate.ts';
import { type FlatRecord, jsonRecords } from './json-lines.ts';
import { contactsOfEndpoints, endpointsOfCsv, isPinpoint } from './pinpoint.ts';
import { sheetRows } from './read-sheet.ts';
import { recordTable } from './record-table.ts';
import { openSource, type SourceFile } from './source-file.ts';
import { isWorkbook } from './workbook.ts';
import { type ZipEntry, zipContent, zipEntries } from './zip.ts';

export interface ConvertedFile {
  key: string;
  etag: string;
  bytes: number;
  /** Objects that were made on the way; none: the upload itself is delimited text. */
  steps: number;
  format: FileFormat;
  compressed: boolean;
}

/** A gzip of a workbook is two steps; nobody means more. */
const mostSteps = 3;

/**
 * Brings whatever was uploaded into delimited text: unpacked, or written anew as CSV, in objects of their own. The same
 * upload gives the same objects, so a repetition changes nothing. What a file is, its bytes say, not its name.
 * @throws ImportFailed for a file that can't be read or holds too much; ObjectChanged
 */
export const convertFile = async (
  objects: Objects,
  upload: { key: string; etag: string; bytes: number },
  keyOfStep: (step: number) => string,
): Promise<ConvertedFile> => {
  let file: ConvertedFile = { ...upload, steps: 0, format: 'csv', compressed: false };
  for (let step = 1; step <= mostSteps; step += 1) {
    const source = openSource(objects, file);
    const next = await stepOf(source);
    if (!next) return file;
    const key = keyOfStep(step);
    const etag = await objects.putStream(key, next.pieces(), 'text/csv; charset=utf-8');
    const { bytes = 0 } = (await objects.facts(key)) ?? {};
    const compressed = file.compressed || next.format === undefined;
    file = { key, etag, bytes, steps: step, format: next.format ?? file.format, compressed };
    if (next.format !== undefined) return file;
  }
  throw new ImportFailed('COMPRESSED', 'The file is compressed more than once: unpack it and upload that');
};

interface Step {
  /** What is read; `undefined`: the file was only packed, and what it holds is to be looked at. */
  format: FileFormat | undefined;
  pieces(): AsyncIterable<Uint8Array>;
}

/** So much tells what a file is, a header row of Pinpoint included. */
const headBytes = 64 * 1024;

const stepOf = async (source: SourceFile): Promise<Step | undefined> => {
  const head = await source.range(0, headBytes);
  if (head[0] === 0x1f && head[1] === 0x8b)
    return {
      format: undefined,
      pieces: () => fromStream(source, (pieces) => inflate(pieces, 'gzip', inflateBudget())),
    };
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4) return archiveStep(source);
  if (byteOrderMark(head)?.encoding.startsWith('utf-16')) return undefined;
  const [line = ''] = new TextDecoder()
    .decode(head)
    .trimStart()
    .split(/\r\n|\r|\n/, 1);
  const isJson = /^[[{]/.test(line) && !head.includes(0);
  if (!isJson && !isPinpoint(line.split(',').map((name) => name.replaceAll('"', '').trim()))) return undefined;
  const read = async () => (isJson ? jsonRecords : endpointsOfCsv)(await source.stream());
  if (isJson && !(await isPinpointJson(await read())))
    return { format: 'json-lines', pieces: () => asCsv(recordTable(read)) };
  const contacts = contactsOfEndpoints(read);
  const format = isJson ? 'pinpoint-json' : 'pinpoint-csv';
  return { format, pieces: () => asCsv(recordTable(async () => contacts())) };
};

const isPinpointJson = async (records: AsyncIterable<FlatRecord | undefined>) => {
  for await (const record of records) if (record) return isPinpoint(Object.keys(record));
  return false;
};

const archiveStep = async (source: SourceFile): Promise<Step> => {
  const entries = await zipEntries(source);
  if (isWorkbook(entries)) return { format: 'xlsx', pieces: () => asCsv(sheetRows(source, entries)) };
  const [only, ...others] = entries.filter(
    ({ name }) => !name.endsWith('/') && !/(?:^|\/)(?:__MACOSX\/|\.)/.test(name),
  );
  if (!only || others.length > 0) throw new ImportFailed('COMPRESSED', severalFiles(entries));
  return { format: undefined, pieces: () => zipContent(source, only, inflateBudget()) };
};

const severalFiles = ({ length }: readonly ZipEntry[]) =>
  `The archive holds ${length} files and no workbook: upload each file that you mean`;

async function* fromStream(
  source: SourceFile,
  change: (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* change(await source.stream());
}

/** Lines are put together, so that a part of an object is not made of a million pieces. */
const pieceUnits = 64 * 1024;

async function* asCsv(rows: AsyncIterable<readonly string[]>): AsyncGenerator<Uint8Array> {
  // Says the delimiter, whatever the cells look like.
  let text = 'sep=,\r\n';
  for await (const cells of rows) {
    // What looks like a mark of ours is none here, and must be left when marks are taken off.
    text += safeCsvLine(cells);
    if (text.length < pieceUnits) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}
