import { ImportFailed } from '../failure.ts';
import { type InflateBudget, inflate } from './inflate.ts';
import type { SourceFile } from './source-file.ts';

/** A file within a zip archive. */
export interface ZipEntry {
  name: string;
  method: number;
  packedBytes: number;
  /** Where its own header begins. */
  at: number;
}

const damaged = () =>
  new ImportFailed('SPREADSHEET', 'The workbook or archive is damaged: its table of contents is unreadable');

const endBytes = 22;
const longestComment = 0xffff;
const all32 = 0xffff_ffff;
/** A table of contents of a workbook has some kilobytes; this is 100,000 entries. */
const mostDirectoryBytes = 8 * 1024 * 1024;

/** The files of a zip archive, read from its end, ZIP64 included. @throws ImportFailed for what is none */
export const zipEntries = async (file: SourceFile): Promise<ZipEntry[]> => {
  const { from, bytes } = await directoryOf(file);
  if (bytes > mostDirectoryBytes) throw damaged();
  const view = viewOf(await file.range(from, from + bytes));
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= view.byteLength && view.getUint32(at, true) === 0x0201_4b50; ) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const end = at + 46 + (nameBytes ?? 0);
    if (end + (extraBytes ?? 0) > view.byteLength) throw damaged();
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameBytes ?? 0));
    const [size, packedBytes, header] = wide(view, end, extraBytes ?? 0, [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ]);
    if (size === undefined || packedBytes === undefined || header === undefined) throw damaged();
    entries.push({ name, method: view.getUint16(at + 10, true), packedBytes, at: header });
    at = end + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  return entries;
};

const directoryOf = async (file: SourceFile): Promise<{ from: number; bytes: number }> => {
  const start = Math.max(0, file.bytes - endBytes - longestComment);
  const view = viewOf(await file.range(start, file.bytes));
  let end = view.byteLength - endBytes;
  while (end >= 0 && view.getUint32(end, true) !== 0x0605_4b50) end -= 1;
  if (end < 0) throw damaged();
  const from = view.getUint32(end + 16, true);
  const bytes = view.getUint32(end + 12, true);
  const locator = end - 20;
  if (from !== all32 || locator < 0 || view.getUint32(locator, true) !== 0x0706_4b50) return { from, bytes };
  const record = Number(view.getBigUint64(locator + 8, true));
  const wideEnd = viewOf(await file.range(record, record + 56));
  if (wideEnd.byteLength < 56 || wideEnd.getUint32(0, true) !== 0x0606_4b50) throw damaged();
  return { from: Number(wideEnd.getBigUint64(48, true)), bytes: Number(wideEnd.getBigUint64(40, true)) };
};

/** Of numbers that 32 bits can't hold the extra field has the wide ones, in this order. */
const wide = (view: DataView, from: number, bytes: number, numbers: readonly number[]): number[] => {
  let place: number | undefined;
  for (let at = from; at + 4 <= from + bytes; at += 4 + view.getUint16(at + 2, true))
    if (view.getUint16(at, true) === 1) place = at + 4;
  return numbers.map((value) => {
    if (value !== all32 || place === undefined || place + 8 > from + bytes) return value;
    place += 8;
    return Number(view.getBigUint64(place - 8, true));
  });
};

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** So much is asked of S3 at once, and held. */
const stepBytes = 4 * 1024 * 1024;

async function* packed(file: SourceFile, from: number, bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < from + bytes; at += stepBytes)
    yield await file.range(at, Math.min(at + stepBytes, from + bytes));
}

/** The bytes of a file within an archive, unpacked as they are asked for. @throws ImportFailed */
export async function* zipContent(
  file: SourceFile,
  { at, packedBytes, method }: ZipEntry,
  budget: InflateBudget,
): AsyncGenerator<Uint8Array> {
  const header = viewOf(await file.range(at, at + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x0403_4b50) throw damaged();
  const isEncrypted = (header.getUint16(6, true) & 1) === 1;
  if (isEncrypted || (method !== 0 && method !== 8))
    throw new ImportFailed('SPREADSHEET', 'The workbook or archive is encrypted: save it without a password');
  const from = at + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (method === 8) yield* inflate(packed(file, from, packedBytes), 'deflate', budget);
  else yield* packed(file, from, packedBytes);
}
