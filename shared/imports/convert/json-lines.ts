import { z } from 'zod';
import { writeNames } from '../../platform/names.ts';

/** Values by the path that leads to them: `User.UserAttributes.FirstName`. Nothing empty. */
export type FlatRecord = Record<string, string>;

/** What a line that is no JSON object leaves: its beginning, so that its row can be told. */
const unreadable = 'Unreadable line';

const longestLine = 1024 * 1024;
const longestShown = 200;
const deepest = 6;
const mostValues = 1000;

/** Each line of a text of JSON objects, empty ones as `undefined`. Holds a line at a time, of a long one its beginning. */
export async function* jsonRecords(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<FlatRecord | undefined> {
  const decoder = new TextDecoder();
  let held = '';
  let dropped = false;
  const recordOf = (line: string) => {
    const long = dropped || line.length > longestLine;
    dropped = false;
    return line.trim() === '' ? undefined : long ? shown(line) : flatRecord(line);
  };
  for await (const piece of pieces) {
    const lines = (held + decoder.decode(piece, { stream: true })).split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) yield recordOf(line);
    if (held.length > longestLine) {
      held = held.slice(0, longestShown);
      dropped = true;
    }
  }
  held += decoder.decode();
  if (held !== '') yield recordOf(held);
}

const shown = (line: string): FlatRecord => ({ [unreadable]: line.slice(0, longestShown).trim() });

/** Lines of an array that is written one object a line have brackets and commas around. */
const flatRecord = (line: string): FlatRecord | undefined => {
  const bare = line.trim().replace(/,$/, '');
  if (bare === '[' || bare === ']') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch {
    return shown(line);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return shown(line);
  const record: FlatRecord = {};
  flatten(record, '', isOurs(value) ? asGiven(value) : value, 0);
  return record;
};

/** A contact as the API answers it and an export writes it. */
const Ours = z.looseObject({ phoneFormatted: z.unknown(), stateSource: z.unknown(), timeZoneSource: z.unknown() });

const isOurs = (value: object): value is z.infer<typeof Ours> =>
  'phoneFormatted' in value && Ours.safeParse(value).success;

/** Without what was derived, and the lists, which are no tags: imported again, a contact says what it said. */
const asGiven = ({ lists: _lists, state, timeZone, ...contact }: z.infer<typeof Ours>) => ({
  ...contact,
  ...(contact.stateSource === 'given' ? { state } : {}),
  ...(contact.timeZoneSource === 'given' ? { timeZone } : {}),
});

const flatten = (record: FlatRecord, path: string, value: unknown, depth: number) => {
  if (value === null || value === undefined || Object.keys(record).length >= mostValues) return;
  if (Array.isArray(value)) {
    const isPlain = value.every((each) => typeof each !== 'object' || each === null);
    const text = isPlain ? writeNames(value.filter((each) => each !== null).map(String)) : JSON.stringify(value);
    if (text !== '') record[path] = text;
  } else if (typeof value === 'object') {
    if (depth >= deepest) record[path] = JSON.stringify(value);
    else
      for (const [key, inner] of Object.entries(value))
        flatten(record, path === '' ? key : `${path}.${key}`, inner, depth + 1);
  } else {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (text !== '') record[path] = text;
  }
};
