import { parsePhone } from '../contacts/phone.ts';
import type { Proposal } from './column-names.ts';

/** So much of what a column holds must look alike. */
const mostly = 0.8;

const isEmail = (cell: string) => /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i.test(cell);
const isPhone = (cell: string) => parsePhone(cell).kind === 'phone';

/** Columns that hold phones or addresses, whatever they are called: guesses for people to look at, never to act on. */
export const guessColumns = (records: readonly (readonly string[])[]): Proposal[] => {
  const width = Math.max(0, ...records.map(({ length }) => length));
  const columns = [...Array(width).keys()].map((index) =>
    records.map((cells) => (cells[index] ?? '').trim()).filter((cell) => cell !== ''),
  );
  return columns.flatMap((cells, index): Proposal[] => {
    const share = (matches: (cell: string) => boolean) => cells.filter(matches).length / Math.max(cells.length, 1);
    if (share(isEmail) >= mostly) return [{ index, target: 'email', confidence: 0.5 }];
    return share(isPhone) >= mostly ? [{ index, target: 'phone', confidence: 0.5 }] : [];
  });
};
