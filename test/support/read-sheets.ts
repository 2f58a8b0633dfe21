import { crc32, inflateRawSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';
import * as z from 'zod';

const Text = z.object({ '#text': z.string() });
const Cell = z.object({ '@_r': z.string(), '@_t': z.literal('inlineStr'), is: z.object({ t: Text }) });
const Row = z.object({ '@_r': z.string(), c: z.array(Cell).default([]) });
const Sheet = z.object({ worksheet: z.object({ sheetData: z.object({ row: z.array(Row) }) }) });

const parser = new XMLParser({
  ignoreAttributes: false,
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => name === 'row' || name === 'c',
  htmlEntities: true,
  processEntities: { enabled: true, maxTotalExpansions: 1_000_000, maxExpandedLength: 1_000_000_000 },
});

/** The files of an archive by name, each held against its checksum. @throws Error for a damaged one */
export const readZip = (archive: Buffer): Map<string, Buffer> => {
  const end = archive.lastIndexOf('PK\u0005\u0006');
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameBytes = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameBytes);
    const from = archive.readUInt32LE(at + 42);
    const content = from + 30 + archive.readUInt16LE(from + 26) + archive.readUInt16LE(from + 28);
    const bytes = inflateRawSync(archive.subarray(content, content + archive.readUInt32LE(at + 20)));
    if (crc32(bytes) !== archive.readUInt32LE(at + 16) || bytes.length !== archive.readUInt32LE(at + 24))
      throw new Error(`${name} is damaged`);
    files.set(name, bytes);
    at += 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
};

const columnOf = (reference: string) =>
  [...reference.replaceAll(/\d/g, '')].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;

/** The rows of each sheet of a workbook of text cells; a cell that isn't there is empty. */
export const readSheets = (archive: Buffer): string[][][] => {
  const files = [...readZip(archive)].filter(([name]) => name.startsWith('xl/worksheets/'));
  return files.map(([, xml]) =>
    Sheet.parse(parser.parse(xml)).worksheet.sheetData.row.map(({ c }) => {
      const cells: string[] = [];
      for (const cell of c) cells[columnOf(cell['@_r'])] = cell.is.t['#text'];
      return Array.from(cells, (text) => text ?? '');
    }),
  );
};
