import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { Contact } from '../../../shared/contacts/contact.ts';
import { ownColumnsOf } from '../../../shared/exports/contact-row.ts';
import { exportObjects, fileKey } from '../../../shared/exports/export-objects.ts';
import { beginGathering, fileGathering } from '../../../shared/exports/gather-file.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { anOrganization } from '../../support/local-table.ts';
import { memoryObjects } from '../../support/memory-objects.ts';
import { readSheets } from '../../support/read-sheets.ts';

/** Text that packs badly, so that little of it makes a large file. */
const noise = (seed: number) => {
  let text = '';
  for (let index = 0; text.length < 12_000; index += 1)
    text += createHash('sha512').update(`${seed} ${index}`).digest('base64');
  return `x${text.slice(0, 12_000)}`;
};

const contactOf = (index: number): Contact => ({
  id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  firstName: `Person ${index}`,
  lastName: null,
  email: null,
  phone: `+1202555${1000 + index}`,
  phoneFormatted: null,
  otherPhones: [],
  otherEmails: [],
  company: null,
  title: null,
  address: null,
  city: null,
  state: null,
  stateSource: null,
  zip: null,
  country: 'US',
  timeZone: null,
  timeZoneSource: null,
  tags: [],
  customFields: {},
  status: 'active',
  leadStatus: null,
  source: null,
  notes: noise(index),
  assignedManagerId: null,
  authUserId: null,
  lastContactDate: null,
  contactCount: 0,
  createdBy: 'somebody',
  createdAt: '2026-05-31T00:00:00.000Z',
  updatedAt: '2026-05-31T00:00:00.000Z',
  version: 1,
  lists: [],
});

/** Gathers a file of so many pages in each part, every step twice, as when its answer is lost. */
const gathered = async (format: 'csv' | 'xlsx' | 'jsonl', pages: readonly number[], rowsOfPage: number) => {
  const objects = memoryObjects();
  const organizationId = anOrganization();
  const jobId = systemIds.random();
  const kept = exportObjects(objects, organizationId, jobId);
  const all: Contact[] = [];
  const facts = { examined: 0, processed: 0, successful: 0, errors: [], noted: [] };
  for (const [part, steps] of pages.entries())
    for (let step = 0; step < steps; step += 1) {
      const contacts = Array.from({ length: rowsOfPage }, (_, index) => contactOf(all.length + index));
      await kept.keepPage(
        part,
        step,
        facts,
        contacts.map((contact) => JSON.stringify(contact)),
      );
      all.push(...contacts);
    }
  const { next, factsOf } = fileGathering(objects, organizationId, jobId, format);
  let state: Record<string, unknown> = beginGathering([...pages], ownColumnsOf([], []));
  let steps = 0;
  for (;;) {
    await next(state);
    // As it is stored and read again.
    const after: Record<string, unknown> | undefined = JSON.parse(JSON.stringify((await next(state)) ?? null));
    if (!after) break;
    state = after;
    steps += 1;
  }
  const key = fileKey(organizationId, jobId);
  const chunks = [];
  for await (const chunk of await objects.stream(key)) chunks.push(chunk);
  return { all, bytes: Buffer.concat(chunks), steps, facts: factsOf(state), keys: objects.keys(), key };
};

const readFile = (format: 'csv' | 'xlsx' | 'jsonl', bytes: Buffer) => {
  if (format === 'jsonl') {
    const read = bytes.toString().trimEnd().split('\n');
    const contacts = read.map((line) => Contact.parse(JSON.parse(line)));
    return { phones: contacts.map(({ phone }) => phone), notes: contacts.map(({ notes }) => notes) };
  }
  const rows: string[][] = format === 'csv' ? parse(bytes, { bom: true }) : readSheets(bytes).flat();
  const [header = [], ...others] = rows;
  const column = (name: string) => others.map((cells) => cells[header.indexOf(name)]);
  return { phones: column('phone'), notes: column('notes') };
};

test.each(['csv', 'jsonl', 'xlsx'] as const)(
  'a large file in %s is put in several steps, in order, and only it is left',
  async (format) => {
    const { all, bytes, steps, facts, keys, key } = await gathered(format, [2, 5, 0, 4], 120);

    expect(bytes.length).toBeGreaterThan(5 * 1024 * 1024);
    expect(steps).toBeGreaterThan(3);
    expect(facts).toEqual({ rows: all.length, bytes: bytes.length });
    expect(keys).toEqual([key]);
    const { phones, notes } = readFile(format, bytes);
    // What differs between large texts nobody could read.
    expect(phones).toEqual(all.map(({ phone }) => phone));
    expect(notes.every((text, index) => text === all[index]?.notes)).toBe(true);
  },
);

test('a file of many small pages waits in the bucket from step to step', async () => {
  const { all, bytes, steps, keys, key } = await gathered('csv', [100, 50], 1);

  expect(steps).toBe(4);
  expect(readFile('csv', bytes).phones).toEqual(all.map(({ phone }) => phone));
  expect(keys).toEqual([key]);
});
