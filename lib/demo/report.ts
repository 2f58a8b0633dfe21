import { styleText } from 'node:util';
import type { StackAddresses } from '../launch/stack-file.ts';
import { type DemoReport, inWords } from './journey.ts';

/** Row errors that the report shows; the API has the rest. */
const shownErrors = 3;

const strong = (text: string | number) => styleText('bold', String(text));
const faint = (text: string) => styleText('dim', text);
const line = (label: string, text: string) => `  ${label.padEnd(18)} ${text}`;
const count = (value: number) => value.toLocaleString('en-US');

/** The report that a person reads at the end of the demo. */
export const reportText = (
  { file, signIn, import: job, scrub, campaigns, stopped }: DemoReport,
  addresses: StackAddresses,
) => {
  const { totalRows, validContacts, invalidContacts, duplicates, imported } = job.results;
  const [first] = campaigns;
  const delivered = first?.counts.delivered ?? 0;
  return [
    '',
    strong(
      `  ${file}: ${count(totalRows)} rows, ${count(delivered)} people texted, ${stopped.length} obeyed when they said STOP`,
    ),
    '',
    line(
      'Import',
      `${strong(count(imported))} imported of ${count(validContacts)} valid rows; ${count(duplicates)} duplicates, ${count(invalidContacts)} invalid`,
    ),
    ...job.validationErrors.slice(0, shownErrors).map(({ row, error }) => faint(line('', `row ${row}: ${error}`))),
    line(
      'Scrub',
      `${strong(count(scrub.cleanContacts))} clean of ${count(scrub.totalContacts)}; ${count(scrub.matchedDNC)} on Do-Not-Call${scrub.complianceRate === null ? '' : ` (${scrub.complianceRate} % clean)`}`,
    ),
    ...campaigns.map(({ name, counts }) => line(name, inWords(counts))),
    line('Said STOP', stopped.map((phone) => phone).join(', ') || 'nobody'),
    '',
    line('Handsets', styleText('underline', addresses.handsetsUrl)),
    line('API reference', styleText('underline', `${addresses.apiUrl}/docs`)),
    line('Sign in', `${signIn.username} / ${signIn.password}  ${faint(`POST ${addresses.apiUrl}/auth/login`)}`),
    '',
  ].join('\n');
};
