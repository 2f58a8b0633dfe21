import { csvLine } from '../platform/csv.ts';
import type { TextBody } from '../platform/http/route.ts';
import { workbookOf, workbookType } from '../platform/workbook.ts';

/** The columns of an import file, as the template offers them. */
const columns = [
  'first_name',
  'last_name',
  'phone',
  'email',
  'company',
  'title',
  'address',
  'city',
  'state',
  'zip',
] as const;

const fileNamed = (name: string) => ({ 'content-disposition': `attachment; filename="${name}"` });

/** An empty file with the columns that an import understands. */
export const importTemplate = (format: 'csv' | 'xlsx'): TextBody =>
  format === 'csv'
    ? { text: csvLine(columns), headers: fileNamed('contacts.csv') }
    : {
        text: Buffer.from(workbookOf('Contacts', [columns])).toString('base64'),
        binary: true,
        type: workbookType,
        headers: fileNamed('contacts.xlsx'),
      };
