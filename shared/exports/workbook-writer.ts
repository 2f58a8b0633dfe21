import { constants, crc32, deflateRawSync } from 'node:zlib';
import * as z from 'zod';
import { AppError } from '../errors.ts';
import { rowXml, sheetBegin, sheetEnd, workbookParts } from './workbook-parts.ts';
import { centralDirectory, entryBegin, entryEnd, ZipEntry } from './zip-pieces.ts';

const Place = z.object({
  /** Bytes so far. */
  at: z.number().default(0),
  entries: z.array(ZipEntry).default([]),
  /** The sheet that is being written; `row` is the next one's number. */
  open: ZipEntry.extend({ row: z.number() }).optional(),
});

/** What a sheet holds, as Excel reads it. */
const mostRows = 1_048_576;
/** Sizes are of 32 bits in an archive that everything reads. */
const mostBytes = 4 * 1024 ** 3 - 64 * 1024 ** 2;

/**
 * A workbook of text cells, written piece by piece: what doesn't fit into one sheet goes on in the next. Each piece is
 * packed by itself, so that the next step needs to know its place and nothing of what is written.
 */
export const workbookWriter = (header: readonly string[], before: Record<string, unknown>, rowsOfSheet = mostRows) => {
  const place = Place.parse(before);

  const emit = (bytes: Buffer) => {
    place.at += bytes.length;
    if (place.at > mostBytes)
      throw new AppError('CONFLICT', 'The workbook would be larger than 4 GB: export CSV or JSON lines');
    return bytes;
  };

  const pack = (entry: ZipEntry, text: string, isLast: boolean) => {
    const bytes = Buffer.from(text);
    // A full flush ends on a whole byte and refers to nothing before: packed pieces can stand one after the other.
    const packed = deflateRawSync(bytes, {
      level: 3,
      finishFlush: isLast ? constants.Z_FINISH : constants.Z_FULL_FLUSH,
    });
    entry.crc = crc32(bytes, entry.crc);
    entry.bytes += bytes.length;
    entry.packed += packed.length;
    return emit(packed);
  };

  const beginSheet = () => {
    const name = `xl/worksheets/sheet${place.entries.length + 1}.xml`;
    const open = { name, at: place.at, crc: 0, bytes: 0, packed: 0, row: 2 };
    place.open = open;
    return [emit(entryBegin(open)), pack(open, sheetBegin + rowXml(1, header), false)];
  };

  const endSheet = () => {
    if (!place.open) return [];
    const { row: _row, ...entry } = place.open;
    delete place.open;
    const end = [pack(entry, sheetEnd, true), emit(entryEnd(entry))];
    place.entries.push(entry);
    return end;
  };

  const rows = (all: readonly (readonly string[])[]) => {
    const pieces: Buffer[] = [];
    for (let from = 0; from < all.length; ) {
      if (!place.open || place.open.row > rowsOfSheet || place.open.bytes > mostBytes / 2)
        pieces.push(...endSheet(), ...beginSheet());
      const { open } = place;
      if (!open) break;
      const first = open.row;
      const some = all.slice(from, from + rowsOfSheet + 1 - first);
      pieces.push(pack(open, some.map((cells, index) => rowXml(first + index, cells)).join(''), false));
      open.row += some.length;
      from += some.length;
    }
    return Buffer.concat(pieces);
  };

  return {
    begin: () => Buffer.concat(beginSheet()),
    rows,
    end: () => {
      const pieces = endSheet();
      for (const [name, text] of workbookParts(place.entries.length)) {
        const entry = { name, at: place.at, crc: 0, bytes: 0, packed: 0 };
        pieces.push(emit(entryBegin(entry)), pack(entry, text, true), emit(entryEnd(entry)));
        place.entries.push(entry);
      }
      return Buffer.concat([...pieces, emit(centralDirectory(place.entries, place.at))]);
    },
    place: (): Record<string, unknown> => place,
  };
};
