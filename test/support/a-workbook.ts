import { type ZipPart, zipOf } from '../../shared/platform/zip-writer.ts';

const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';

/** A workbook as Excel writes one, from the XML of its rows: shared texts, a style of dates, a hidden sheet before. */
export const aWorkbook = (
  sheetData: string,
  { texts = [], from1904 = false }: { texts?: readonly string[]; from1904?: boolean } = {},
): Uint8Array<ArrayBuffer> => {
  const parts: ZipPart[] = [
    {
      name: 'xl/workbook.xml',
      content: `<workbook ${main} xmlns:r="r"><workbookPr${from1904 ? ' date1904="1"' : ''}/><sheets><sheet name="Notes" state="hidden" r:id="rId1"/><sheet name="People" r:id="rId2"/></sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content:
        '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>',
    },
    { name: 'xl/worksheets/sheet1.xml', content: `<worksheet ${main}><sheetData/></worksheet>` },
    { name: 'xl/worksheets/sheet2.xml', content: `<worksheet ${main}><sheetData>${sheetData}</sheetData></worksheet>` },
    {
      name: 'xl/styles.xml',
      content: `<styleSheet ${main}><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    },
    {
      name: 'xl/sharedStrings.xml',
      content: `<sst ${main}>${texts.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    },
  ];
  return new Uint8Array(zipOf(parts));
};
