import type { SourceFile } from './convert/source-file.ts';

const tailBytes = 4096;

/** Salesforce's reports end so, below a title, a rule of confidence and who made them. */
const copyright = /Copyright \(c\) \d{4}(?:-\d{4})? salesforce\.com/i;

/**
 * Where the rows of a file end, in bytes: before the footer of a Salesforce report, which is short lines of one cell,
 * else at its end. Bytes are read as units: what is looked for is ASCII in every encoding that reports come in.
 */
export const rowsEnd = async (file: SourceFile): Promise<number> => {
  const from = Math.max(0, file.bytes - tailBytes);
  const tail = Buffer.from(await file.range(from, file.bytes)).toString('latin1');
  if (!copyright.test(tail)) return file.bytes;
  // The first line of the tail may be the rest of a long one.
  const starts = [...tail.matchAll(/(?<=\n)/g)].map(({ index }) => index).filter((start) => start < tail.length);
  let end = tail.length;
  for (const start of starts.toReversed()) {
    if (!isOneCell(tail.slice(start, end))) break;
    end = start;
  }
  return from + end;
};

/** Nothing but white space, or one cell, quoted or without a delimiter. */
const isOneCell = (line: string) => /^\s*(?:"(?:[^"]|"")*"|[^",;\t]*)[\s,;]*$/.test(line);
