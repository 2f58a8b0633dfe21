import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient, ReplyOf } from '../../lib/api-client.ts';
import { madeUpContacts } from '../../lib/demo/made-up-contacts.ts';
import { importRoutes } from '../../shared/imports/routes.ts';
import { importKeys } from '../../shared/platform/table/contact-keys.ts';
import type { BenchOrganization } from './organization.ts';
import { waitForStatus } from './quiet.ts';
import type { StackAddresses } from './stack.ts';

/** Asked again after a tenth of the time that it has taken so far: often enough for the figure, and little beside the work. */
const pollAfter = (elapsedMs: number) => Math.min(Math.max(elapsedMs / 10, 20), 1000);
/** A hundredth of the largest import takes a fraction of this. */
const stalledMs = 180_000;
/** Pairs of rows: first names alternate, and a tag should say nothing of the name. */
const taggedEvery = 4;

type ImportJob = ReplyOf<typeof importRoutes.getImport>['data'];

const jobOf = async (api: ApiClient, jobId: string): Promise<ImportJob> => {
  const { data: job } = await api.call(importRoutes.getImport, { params: { jobId } });
  if (job.status === 'failed') throw new Error(`The import failed: ${job.failure?.message ?? 'no reason given'}`);
  return job;
};

/** Announces a file into a list of its own and uploads it, as a client does. */
const upload = async (api: ApiClient, text: string) => {
  const body = new TextEncoder().encode(text);
  const listName = `Contacts ${performance.now()}`;
  const { data } = await api.call(importRoutes.startImport, {
    body: { filename: 'contacts.csv', fileSize: body.length, contentType: 'text/csv', listName },
  });
  if (!data.upload) throw new Error('The API does not say where the file goes');
  const { url, method, headers } = data.upload;
  const uploaded = await fetch(url, { method, headers, body });
  if (!uploaded.ok) throw new Error(`The upload was refused: ${uploaded.status} ${await uploaded.text()}`);
  return { jobId: data.jobId, listId: data.listId ?? '' };
};

/** Made-up contacts with e-mail addresses, after the first `skipped` ones. */
const contactsWithEmail = (rows: number, skipped = 0): string => {
  const withoutEmail = /^([^,]*,[^,]*,[^,]*),,/;
  const [header = '', ...lines] = madeUpContacts(skipped + rows)
    .trimEnd()
    .split('\n');
  const contacts = lines.map((line, row) => line.replace(withoutEmail, `$1,person${row}@example.com,`));
  return [header, ...contacts.slice(skipped)].join('\n');
};

/** Made-up contacts with all that they can be found by: e-mail addresses, and a tag on one of four. */
export const searchableContacts = (rows: number): string =>
  contactsWithEmail(rows)
    .split('\n')
    .map((line, row) => `${line},${row === 0 ? 'tags' : Math.floor(row / 2) % taggedEvery === 0 ? 'vip' : ''}`)
    .join('\n');

/** Imports contacts, made-up ones if none are given; `seconds` go from the announcement to the job's end. */
export const importTimed = async (
  api: ApiClient,
  rows: number,
  text = madeUpContacts(rows),
): Promise<{ job: ImportJob; listId: string; seconds: number }> => {
  const began = performance.now();
  const { jobId, listId } = await upload(api, text);
  for (let last = { progress: -1, at: began }; ; await sleep(pollAfter(performance.now() - began))) {
    const job = await jobOf(api, jobId);
    const now = performance.now();
    if (job.status === 'completed') return { job, listId, seconds: (now - began) / 1000 };
    if (job.progress !== last.progress) last = { progress: job.progress, at: now };
    if (now - last.at > stalledMs) throw new Error(`The import goes on no more at ${job.progress} %`);
  }
};

/**
 * Imports made-up contacts with e-mail addresses, after the first `skipped` ones, and asks the API nothing that a bill
 * would show while it runs.
 */
export const importCounted = async (
  stack: StackAddresses,
  { api, claims }: BenchOrganization,
  rows: number,
  skipped = 0,
) => {
  const { jobId, listId } = await upload(api, contactsWithEmail(rows, skipped));
  await waitForStatus(stack, importKeys.job(claims.org, jobId), ['completed', 'failed']);
  const { results } = await jobOf(api, jobId);
  return { imported: results.imported, listId };
};
