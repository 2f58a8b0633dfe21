import { columnsOf, type Proposal } from './column-names.ts';
import { ImportFailed } from './failure.ts';
import { guessColumns } from './guess-columns.ts';
import { readRecords } from './read-records.ts';
import { RecordScanner, type ScannedRecord } from './record-scanner.ts';
import { byteOrderMark, decode, type Encoding, unitBytes, unitReader, utf8Check } from './text-encoding.ts';

/** How a file is to be read, as far as its beginning tells. */
export interface Dialect {
  /** `undefined`: UTF-8 if all of the file is valid UTF-8, otherwise windows-1252; both are cut alike. */
  encoding: Encoding | undefined;
  delimiter: string;
  /** Without a header row as many empty ones as there are columns. */
  headers: string[];
  /** The bytes of the header row; none where there is no such row. */
  headerFrom: number;
  headerTo: number;
  /** What the headers name, the better columns of a target first. */
  columns: Proposal[];
  /** What columns seem to hold, where no header names a phone or an e-mail address. */
  guessed: Proposal[];
  /** Where the first record after the header begins, in bytes. */
  dataStart: number;
}

/** What of a file is looked at to understand it: a header of some thousand columns fits. */
export const sampleBytes = 256 * 1024;

const delimiters = [',', ';', '\t', '|'] as const;

/**
 * Understands a file from its first bytes.
 * @throws ImportFailed for what is no delimited text
 */
export const sniffFile = (sample: Uint8Array): Dialect => {
  if (sample.length === 0) throw new ImportFailed('EMPTY_FILE', 'The file is empty');
  refuseOtherFormats(sample);
  const mark = byteOrderMark(sample);
  const encoding = mark?.encoding;
  if (!encoding?.startsWith('utf-16') && isBinary(sample.subarray(0, 8192)))
    throw new ImportFailed('NOT_CSV', 'The file holds binary data: save it as CSV and upload that');
  const start = mark?.bytes ?? 0;
  const provisional = encoding ?? (isUtf8(sample) ? 'utf-8' : 'windows-1252');
  const candidates = delimiters.flatMap((delimiter) => headerOf(sample, start, provisional, delimiter) ?? []);
  const stated = candidates.find(({ stated: isStated }) => isStated);
  const [best] = stated ? [stated] : candidates.toSorted((a, b) => score(b) - score(a));
  if (!best) {
    if (sample.length >= sampleBytes)
      throw new ImportFailed('HEADER_TOO_LONG', `The header row is longer than ${sampleBytes / 1024} KB`);
    if (sample.includes(0x22))
      throw new ImportFailed('UNCLOSED_QUOTE', 'A quotation mark in the header row is never closed');
    throw new ImportFailed('EMPTY_FILE', 'The file holds no text');
  }
  const { stated: _stated, ...dialect } = best;
  return { encoding, ...dialect };
};

interface Candidate extends Omit<Dialect, 'encoding'> {
  /** The file names this delimiter in a first line of its own, as spreadsheets understand: `sep=;`. */
  stated: boolean;
}

/** Columns that are understood count for more than columns. */
const score = ({ columns, headers }: Candidate) => columns.length * 10_000 + headers.length;

const headerOf = (sample: Uint8Array, from: number, encoding: Encoding, delimiter: string): Candidate | undefined => {
  const width = unitBytes(encoding);
  const records: ScannedRecord[] = [];
  const scanner = new RecordScanner(delimiter, 0, (record) => records.push(record));
  scanner.push(unitReader(encoding)(sample.subarray(from)));
  // A sample that is the whole file ends its last record.
  if (sample.length < sampleBytes) scanner.finish();
  const textOf = ({ start, end }: ScannedRecord) =>
    decode(sample.subarray(from + start * width, from + end * width), encoding);
  let stated = false;
  for (const [index, record] of records.entries()) {
    if (record.blank) continue;
    if (record.unclosed) return undefined;
    const text = textOf(record);
    const [, separator] = /^"?sep=([,;\t|])"?\s*$/i.exec(text) ?? [];
    if (separator !== undefined && !stated) {
      if (separator !== delimiter) return undefined;
      stated = true;
      continue;
    }
    const headers = (readRecords(text, delimiter)[0] ?? []).map((header) => header.trim());
    const columns = columnsOf(headers);
    const below = records
      .slice(index + 1)
      .filter(({ blank, unclosed }) => !blank && !unclosed)
      .slice(0, mostGuessedFrom);
    const [headerFrom, headerTo] = [record.start, record.end].map((units) => from + units * width);
    const place = { headerFrom: headerFrom ?? 0, headerTo: headerTo ?? 0, dataStart: headerTo ?? 0 };
    const found = { delimiter, headers, columns, ...place, stated };
    if (columns.some(({ target }) => target === 'phone' || target === 'email')) return { ...found, guessed: [] };
    const cells = below.map((each) => readRecords(textOf(each), delimiter)[0] ?? []);
    // A first row that holds a phone or an address itself names nothing.
    if (columns.length === 0 && guessColumns([headers]).length > 0) {
      const none = { headers: headers.map(() => ''), headerTo: place.headerFrom, dataStart: place.headerFrom };
      return { ...found, ...none, guessed: guessColumns([headers, ...cells]) };
    }
    return { ...found, guessed: guessColumns(cells) };
  }
  return undefined;
};

/** Rows in which columns are looked at to guess what they hold. */
const mostGuessedFrom = 20;

/** The first bytes by which formats that nobody converts are known. */
const formats: readonly { magic: string; code: 'NOT_CSV' | 'SPREADSHEET'; what: string }[] = [
  { magic: '%PDF', code: 'NOT_CSV', what: 'a PDF document' },
  { magic: '\u00d0\u00cf\u0011\u00e0', code: 'SPREADSHEET', what: 'an old or encrypted Excel workbook' },
  { magic: '\u0089PNG', code: 'NOT_CSV', what: 'an image' },
  { magic: '\u00ff\u00d8\u00ff', code: 'NOT_CSV', what: 'an image' },
];

const refuseOtherFormats = (sample: Uint8Array) => {
  const beginning = String.fromCharCode(...sample.subarray(0, 256));
  const format = formats.find(({ magic }) => beginning.startsWith(magic));
  if (format) throw new ImportFailed(format.code, `The file is ${format.what}: save it as CSV and upload that`);
  if (/^\W*<(?:!doctype|html|table|\?xml)/i.test(beginning))
    throw new ImportFailed('NOT_CSV', 'The file is a web page or XML: save it as CSV and upload that');
};

/** Broken exports leave some NUL bytes; more of them, or of the controls that no text holds, are no text. */
const isBinary = (sample: Uint8Array) => {
  const nulls = sample.filter((byte) => byte === 0).length;
  const controls = sample.filter((byte) => (byte > 0 && byte < 9) || (byte > 13 && byte < 32)).length;
  return nulls > sample.length / 10 || controls > sample.length / 50;
};

/** A sample of a longer file may end amid a character. */
const isUtf8 = (sample: Uint8Array) => {
  const check = utf8Check();
  const soFar = check.push(sample);
  return sample.length < sampleBytes ? check.finish() : soFar;
};
