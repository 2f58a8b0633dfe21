/** A record of CSV with its line end; cells are quoted where they have to be. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\r\n`;

/** The same with cells none of which is a formula. */
export const safeCsvLine = (cells: readonly string[]): string => csvLine(cells.map(markedAsText));

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A phone or a number: a spreadsheet can make nothing else of it. */
const isNumber = (text: string) => /^[+-]?\d+(?:\.\d+)?$/.test(text);

/**
 * A cell that begins like a formula would be one, in whatever opens the file: an apostrophe marks it as text. What
 * begins like a mark gets another one, so that `unmarked` answers every text as it was.
 */
export const markedAsText = (text: string): string =>
  /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) && !isNumber(text) ? `'${text}` : text;

/** The text of a cell without the apostrophe that marks it as such. */
export const unmarked = (cell: string): string => cell.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/, '');
