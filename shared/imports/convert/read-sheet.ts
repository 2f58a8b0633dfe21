import { ImportFailed } from '../failure.ts';
import { inflateBudget } from './inflate.ts';
import type { SourceFile } from './source-file.ts';
import { isWorkbook, openWorkbook, type Workbook } from './workbook.ts';
import { xmlReader } from './xml.ts';
import { type ZipEntry, zipContent } from './zip.ts';

/** A spreadsheet has no more columns. */
const mostColumns = 16_384;
/** …and no more rows. */
const mostRows = 1_048_576;
const longestCell = 32_767;

/**
 * The rows of a workbook's first visible sheet, as people see their cells: dates by ISO 8601, numbers in full. Rows
 * that the file leaves out come empty, so that each keeps its number.
 * @throws ImportFailed
 */
export async function* sheetRows(file: SourceFile, entries: readonly ZipEntry[]): AsyncGenerator<string[]> {
  if (!isWorkbook(entries)) throw new ImportFailed('SPREADSHEET', 'The file is no workbook');
  const budget = inflateBudget();
  const workbook = await openWorkbook(file, entries, budget);
  const rows = new Rows(workbook);
  for await (const piece of zipContent(file, workbook.sheet, budget)) {
    rows.reader.push(piece);
    yield* rows.take();
  }
  rows.reader.finish();
  yield* rows.take();
}

class Rows {
  readonly reader = xmlReader({
    open: (name, attributes) => this.open(name, attributes),
    text: (text) => {
      if (this.reads) this.text += text;
    },
    close: (name) => this.close(name),
  });
  private readonly workbook: Workbook;
  private ready: string[][] = [];
  private cells: string[] = [];
  private row = 0;
  private column = -1;
  private type = '';
  private style = 0;
  private text = '';
  private reads = false;

  constructor(workbook: Workbook) {
    this.workbook = workbook;
  }

  take(): string[][] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }

  private open(name: string, attributes: Record<string, string>) {
    if (name === 'row') {
      const row = Number(attributes['r'] ?? this.row + 1);
      if (!(row > this.row && row <= mostRows))
        throw new ImportFailed('SPREADSHEET', 'The rows of the sheet are in no order');
      for (this.row += 1; this.row < row; this.row += 1) this.ready.push([]);
      this.cells = [];
      this.column = -1;
    } else if (name === 'c') {
      this.column = attributes['r'] === undefined ? this.column + 1 : columnOf(attributes['r']);
      this.type = attributes['t'] ?? 'n';
      this.style = Number(attributes['s'] ?? 0);
      this.text = '';
    } else this.reads = name === 'v' || name === 't';
  }

  private close(name: string) {
    this.reads = false;
    if (name === 'row') this.ready.push(this.cells);
    if (name !== 'c' || this.column < 0 || this.column >= mostColumns) return;
    const value = this.value().slice(0, longestCell);
    if (value === '') return;
    while (this.cells.length < this.column) this.cells.push('');
    this.cells[this.column] = value;
  }

  private value(): string {
    const { texts, dateStyles, from1904 } = this.workbook;
    if (this.type === 's') return texts.at(Number(this.text));
    if (this.type === 'b') return this.text === '1' ? 'TRUE' : 'FALSE';
    if (this.type === 'e') return '';
    if (this.type !== 'n') return this.text;
    if (this.text === '' || Number.isNaN(Number(this.text))) return this.text;
    return dateStyles.has(this.style) ? dateText(Number(this.text), from1904) : numberText(this.text);
  }
}

/** `AB12` is in column 27, counted from 0. */
const columnOf = (reference: string) => {
  let column = 0;
  for (const letter of reference.toUpperCase()) {
    const digit = letter.charCodeAt(0) - 64;
    if (digit < 1 || digit > 26) break;
    column = column * 26 + digit;
  }
  return column - 1;
};

/** A phone that became a number is to be a phone again: no exponent, no last digits that a double invents. */
const numberText = (text: string) => {
  if (/^-?\d+$/.test(text)) return text;
  const value = Number(Number(text).toPrecision(15));
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(0) : String(value);
};

const daysTo1970 = 25_569;
const daysTo1904 = 1462;
const dayMilliseconds = 24 * 3600 * 1000;

const dateText = (serial: number, from1904: boolean) => {
  const days = serial + (from1904 ? daysTo1904 : 0) - daysTo1970;
  const moment = new Date(Math.round(days * dayMilliseconds));
  if (Number.isNaN(moment.getTime()) || serial < 0) return String(serial);
  const text = moment.toISOString();
  return Number.isInteger(serial) ? text.slice(0, 10) : text.slice(0, 19);
};
