const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const partType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const relationshipsType = 'application/vnd.openxmlformats-package.relationships+xml';

export const sheetBegin = `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
export const sheetEnd = '</sheetData></worksheet>';

/** What a cell holds, as Excel reads it. */
const longestCell = 32_767;

/** A, B … Z, AA … */
const letters = (column: number): string =>
  (column >= 26 ? letters(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));

const names: string[] = [];
const columnName = (column: number) => (names[column] ??= letters(column));

/** What XML can't hold, not even escaped: control characters and halves of a pair. */
const impossible = /[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]|\p{Cs}/gu;

const escaped = (text: string) =>
  /[&<>\p{Cc}\p{Cs}\ufffe\uffff]/u.test(text)
    ? text
        .replaceAll(impossible, '')
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('\r', '&#13;')
    : text;

/** A row of text cells: a phone stays what it is, and nothing is a formula. */
export const rowXml = (row: number, cells: readonly string[]): string => {
  let xml = `<row r="${row}">`;
  for (const [column, text] of cells.entries())
    if (text !== '')
      xml += `<c r="${columnName(column)}${row}" t="inlineStr"><is><t xml:space="preserve">${escaped(text.slice(0, longestCell))}</t></is></c>`;
  return `${xml}</row>`;
};

/** The parts of a workbook besides its sheets. */
export const workbookParts = (sheets: number): readonly (readonly [string, string])[] => {
  const each = (xml: (sheet: number) => string) =>
    Array.from({ length: sheets }, (_, index) => xml(index + 1)).join('');
  return [
    [
      '[Content_Types].xml',
      `${declaration}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="${relationshipsType}"/><Override PartName="/xl/workbook.xml" ContentType="${partType}.sheet.main+xml"/>${each((sheet) => `<Override PartName="/xl/worksheets/sheet${sheet}.xml" ContentType="${partType}.worksheet+xml"/>`)}</Types>`,
    ],
    [
      '_rels/.rels',
      `${declaration}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `${declaration}<workbook xmlns="${main}" xmlns:r="${relationships}"><sheets>${each((sheet) => `<sheet name="${sheet === 1 ? 'Contacts' : `Contacts ${sheet}`}" sheetId="${sheet}" r:id="rId${sheet}"/>`)}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${declaration}<Relationships xmlns="${packages}/relationships">${each((sheet) => `<Relationship Id="rId${sheet}" Type="${relationships}/worksheet" Target="worksheets/sheet${sheet}.xml"/>`)}</Relationships>`,
    ],
  ];
};
