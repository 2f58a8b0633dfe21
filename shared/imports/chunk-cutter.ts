import { z } from 'zod';
import { ImportFailed } from './failure.ts';
import { RecordScanner, type ScannedRecord } from './record-scanner.ts';
import { type Dialect, sampleBytes, sniffFile } from './sniff-file.ts';
import { type Encoding, unitBytes, unitReader, utf8Check } from './text-encoding.ts';

/** A part of a file between two records, small enough for one worker to hold. */
export const Chunk = z.object({
  index: z.number().int(),
  /** Bytes from `from` up to, without, `to`. */
  from: z.number().int(),
  to: z.number().int(),
  /** The number of its first record, as a spreadsheet counts: the header is row 1. */
  firstRow: z.number().int(),
  /** Records that hold anything. */
  rows: z.number().int(),
  /** Its only record is not to be read. */
  problem: z.enum(['ROW_TOO_LONG', 'QUOTE_NOT_CLOSED']).optional(),
});
export type Chunk = z.infer<typeof Chunk>;

/** What the whole file turned out to be, when all of it was seen. */
export interface FilePlan extends Dialect {
  encoding: Encoding;
  chunkCount: number;
  totalRows: number;
}

export interface ChunkLimits {
  rows: number;
  bytes: number;
  /** A longer record is an error of its row, and a chunk of its own that nobody reads. */
  recordBytes: number;
}

/** Some seconds of a worker's time, and a fraction of its memory. */
export const chunkLimits: ChunkLimits = { rows: 1000, bytes: 256 * 1024, recordBytes: 1024 * 1024 };

/**
 * Reads a file once, as it streams, and cuts it into chunks, which `emit` gets in order and in batches. The same bytes
 * give the same chunks, whenever and how often they are cut. `settle` may say more of what was understood of the
 * beginning, or refuse it, before the rest is read.
 * @throws ImportFailed when the file can't be imported at all
 */
export const cutChunks = async (
  pieces: AsyncIterable<Uint8Array>,
  limits: ChunkLimits,
  emit: (chunks: readonly Chunk[]) => Promise<void>,
  settle: (dialect: Dialect) => Dialect = (dialect) => dialect,
): Promise<FilePlan> => {
  const check = utf8Check();
  let head: Uint8Array[] = [];
  let headBytes = 0;
  let reading: Reading | undefined;
  for await (const piece of pieces) {
    check.push(piece);
    if (reading) reading.push(piece);
    else {
      head.push(piece);
      headBytes += piece.length;
      if (headBytes >= sampleBytes) {
        reading = startReading(Buffer.concat(head), limits, settle);
        head = [];
      }
    }
    const ready = reading?.take() ?? [];
    if (ready.length > 0) await emit(ready);
  }
  reading ??= startReading(Buffer.concat(head), limits, settle);
  reading.finish();
  const { dialect, chunkCount, totalRows } = reading;
  const ready = reading.take();
  if (ready.length > 0) await emit(ready);
  if (totalRows === 0) throw new ImportFailed('NO_ROWS', 'The file has a header row and no row below it');
  return {
    ...dialect,
    encoding: dialect.encoding ?? (check.finish() ? 'utf-8' : 'windows-1252'),
    chunkCount,
    totalRows,
  };
};

const startReading = (head: Uint8Array, limits: ChunkLimits, settle: (dialect: Dialect) => Dialect) => {
  const dialect = settle(sniffFile(head.subarray(0, sampleBytes)));
  const reading = new Reading(dialect, limits);
  reading.push(head.subarray(dialect.dataStart));
  return reading;
};

class Reading {
  readonly dialect: Dialect;
  totalRows = 0;
  chunkCount = 0;
  private readonly limits: ChunkLimits;
  private readonly scanner: RecordScanner;
  private readonly units: (piece: Uint8Array) => ArrayLike<number>;
  private readonly width: number;
  private ready: Chunk[] = [];
  /** The number of the next record; the header, where there is one, was row 1. */
  private row: number;
  private open: Chunk | undefined;
  /** Records of the open chunk, blank ones included. */
  private records = 0;

  constructor(dialect: Dialect, limits: ChunkLimits) {
    this.dialect = dialect;
    this.limits = limits;
    this.row = dialect.headerTo > dialect.headerFrom ? 2 : 1;
    const encoding = dialect.encoding ?? 'utf-8';
    this.width = unitBytes(encoding);
    this.units = unitReader(encoding);
    this.scanner = new RecordScanner(dialect.delimiter, 0, (record) => this.add(record));
  }

  push(piece: Uint8Array) {
    this.scanner.push(this.units(piece));
  }

  finish() {
    this.scanner.finish();
    this.close();
  }

  take(): Chunk[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }

  private add(record: ScannedRecord) {
    const { row, limits } = this;
    const from = this.dialect.dataStart + record.start * this.width;
    const to = this.dialect.dataStart + record.end * this.width;
    this.row += 1;
    if (record.unclosed === 'over lines')
      throw new ImportFailed(
        'UNCLOSED_QUOTE',
        `A quotation mark in row ${row} is never closed: everything after it would be one cell`,
      );
    const problem = to - from > limits.recordBytes ? 'ROW_TOO_LONG' : record.unclosed ? 'QUOTE_NOT_CLOSED' : undefined;
    if (problem) this.close();
    this.open ??= { index: this.chunkCount, from, to, firstRow: row, rows: 0, ...(problem ? { problem } : {}) };
    this.open.to = to;
    this.records += 1;
    if (!record.blank || problem) {
      this.open.rows += 1;
      this.totalRows += 1;
    }
    if (problem || this.records >= limits.rows || to - this.open.from >= limits.bytes) this.close();
  }

  private close() {
    if (!this.open) return;
    // A chunk of blank records alone is nobody's work.
    if (this.open.rows > 0) {
      this.ready.push(this.open);
      this.chunkCount += 1;
    }
    this.open = undefined;
    this.records = 0;
  }
}
