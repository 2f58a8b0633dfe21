import { ImportFailed } from '../failure.ts';
import type { InflateBudget } from './inflate.ts';
import type { SourceFile } from './source-file.ts';
import { TextStore } from './text-store.ts';
import { readXml } from './xml.ts';
import { type ZipEntry, zipContent } from './zip.ts';

/** What is needed to read the cells of a workbook's first visible sheet. */
export interface Workbook {
  sheet: ZipEntry;
  /** Texts that cells name by their place. */
  texts: TextStore;
  /** Styles (by their place) that show a number as a date. */
  dateStyles: ReadonlySet<number>;
  /** Days are counted from 1904. */
  from1904: boolean;
}

const workbookPart = 'xl/workbook.xml';

export const isWorkbook = (entries: readonly ZipEntry[]) => entries.some(({ name }) => name === workbookPart);

/** @throws ImportFailed for a workbook without a sheet, or with more texts than can be held */
export const openWorkbook = async (
  file: SourceFile,
  entries: readonly ZipEntry[],
  budget: InflateBudget,
): Promise<Workbook> => {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  async function* part(name: string) {
    const entry = byName.get(name);
    if (entry) yield* zipContent(file, entry, budget);
    else yield Buffer.from('<none/>');
  }
  const { sheetId, from1904 } = await readContents(part(workbookPart));
  const target = await readTarget(part('xl/_rels/workbook.xml.rels'), sheetId);
  const sheet = byName.get(target.startsWith('/') ? target.slice(1) : `xl/${target}`);
  if (!sheet) throw new ImportFailed('SPREADSHEET', 'The workbook has no visible sheet');
  return {
    sheet,
    from1904,
    texts: await readTexts(part('xl/sharedStrings.xml')),
    dateStyles: await readDateStyles(part('xl/styles.xml')),
  };
};

const readContents = async (pieces: AsyncIterable<Uint8Array>) => {
  let sheetId = '';
  let from1904 = false;
  await readXml(pieces, {
    open: (name, attributes) => {
      if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attributes['date1904'] ?? '');
      const isVisible = name === 'sheet' && (attributes['state'] ?? 'visible') === 'visible';
      const [, id = ''] = Object.entries(attributes).find(([key]) => key.endsWith(':id')) ?? [];
      if (isVisible && sheetId === '') sheetId = id;
    },
  });
  return { sheetId, from1904 };
};

const readTarget = async (pieces: AsyncIterable<Uint8Array>, sheetId: string) => {
  let target = '';
  await readXml(pieces, {
    open: (name, attributes) => {
      if (name === 'Relationship' && attributes['Id'] === sheetId) target = attributes['Target'] ?? '';
    },
  });
  return target;
};

const readTexts = async (pieces: AsyncIterable<Uint8Array>) => {
  const texts = new TextStore();
  let text = '';
  let reads = false;
  let phonetic = false;
  await readXml(pieces, {
    open: (name) => {
      if (name === 'si') text = '';
      if (name === 'rPh') phonetic = true;
      reads = name === 't' && !phonetic;
    },
    text: (some) => {
      if (reads) text += some;
    },
    close: (name) => {
      reads = false;
      if (name === 'rPh') phonetic = false;
      if (name === 'si') texts.add(text);
    },
  });
  return texts;
};

/** Formats that every spreadsheet knows by their number. */
const isBuiltInDate = (format: number) => (format >= 14 && format <= 22) || (format >= 45 && format <= 47);

/** A format's letters, without what is quoted, escaped or in brackets. */
const isDateFormat = (code: string) => /[dmyhs]/i.test(code.replaceAll(/"[^"]*"|\\.|\[[^\]]*\]/g, ''));

const readDateStyles = async (pieces: AsyncIterable<Uint8Array>) => {
  const formats = new Map<number, string>();
  const dateStyles = new Set<number>();
  let inCellStyles = false;
  let place = 0;
  await readXml(pieces, {
    open: (name, attributes) => {
      const format = Number(attributes['numFmtId'] ?? 0);
      if (name === 'numFmt') formats.set(format, attributes['formatCode'] ?? '');
      if (name === 'cellXfs') inCellStyles = true;
      if (name !== 'xf' || !inCellStyles) return;
      if (isBuiltInDate(format) || isDateFormat(formats.get(format) ?? '')) dateStyles.add(place);
      place += 1;
    },
    close: (name) => {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return dateStyles;
};
