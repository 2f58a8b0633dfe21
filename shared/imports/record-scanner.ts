/** Where one record of a delimited text begins and ends, in units (bytes, or pairs of bytes in UTF-16). */
export interface ScannedRecord {
  start: number;
  /** Just after its line end. */
  end: number;
  /** Nothing but delimiters, quotation marks and white space: a spreadsheet shows an empty row. */
  blank: boolean;
  /** The text ended inside a quotation: whether the quotation had run on over a line end. */
  unclosed?: 'on one line' | 'over lines';
}

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;

const atFieldStart = 0;
const inField = 1;
const inQuotes = 2;
/** After a quotation mark in a quoted field: the next unit says whether it closes, is doubled, or is just text. */
const afterQuote = 3;

/**
 * Finds the records of a delimited text that arrives in pieces, by the rules by which `csv-parse` reads it with
 * `relax_quotes` and the line ends CRLF, LF and CR: so that a text cut between two records, and each part parsed
 * alone, gives the records of the whole. Holds no text, whatever a record's length.
 */
export class RecordScanner {
  private readonly delimiter: number;
  private readonly found: (record: ScannedRecord) => void;
  private position: number;
  private start: number;
  private state = atFieldStart;
  private blank = true;
  private linesInQuotes = false;
  /** A CR ended the record, unless an LF belongs to the same line end. */
  private afterReturn = false;

  constructor(delimiter: string, from: number, found: (record: ScannedRecord) => void) {
    this.delimiter = delimiter.charCodeAt(0);
    this.position = from;
    this.start = from;
    this.found = found;
  }

  /** Goes on with the next units of the text. */
  push(units: ArrayLike<number>): void {
    for (let index = 0; index < units.length; index += 1, this.position += 1) this.step(units[index] ?? 0);
  }

  /** The text has ended: what stands after the last line end is a record too. */
  finish(): void {
    if (this.afterReturn) this.endRecord(this.position);
    if (this.position === this.start) return;
    const unclosed = this.state === inQuotes;
    this.endRecord(this.position, unclosed ? (this.linesInQuotes ? 'over lines' : 'on one line') : undefined);
  }

  private step(unit: number): void {
    if (this.afterReturn) {
      this.afterReturn = false;
      this.endRecord(unit === lineFeed ? this.position + 1 : this.position);
      if (unit === lineFeed) return;
    }
    if (this.state === inQuotes) {
      if (unit === quote) this.state = afterQuote;
      else if (unit === lineFeed || unit === carriageReturn) this.linesInQuotes = true;
      else this.look(unit);
    } else if (unit === this.delimiter) this.state = atFieldStart;
    else if (unit === lineFeed) this.endRecord(this.position + 1);
    else if (unit === carriageReturn) {
      this.state = atFieldStart;
      this.afterReturn = true;
    } else if (unit === quote && this.state !== inField) {
      this.state = inQuotes;
    } else {
      this.state = inField;
      this.look(unit);
    }
  }

  private look(unit: number): void {
    if (!isBlank(unit) && unit !== this.delimiter) this.blank = false;
  }

  private endRecord(end: number, unclosed?: ScannedRecord['unclosed']): void {
    this.found({ start: this.start, end, blank: this.blank, ...(unclosed ? { unclosed } : {}) });
    this.start = end;
    this.state = atFieldStart;
    this.blank = true;
    this.linesInQuotes = false;
  }
}

const isBlank = (unit: number) =>
  unit === space || unit === tab || unit === quote || unit === lineFeed || unit === carriageReturn;

/** As the scanner has it, for a record that was read: no cell holds anything. */
export const isBlankRecord = (cells: readonly string[], delimiter: string) =>
  cells.every((cell) => /^[ \t"\r\n]*$/.test(cell.replaceAll(delimiter, '')));
