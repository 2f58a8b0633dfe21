import { describe, expect, test } from 'vitest';
import { contactJobStore } from '../../../shared/contact-jobs/contact-job-store.ts';
import { resumeJobs } from '../../../shared/contact-jobs/resume-jobs.ts';
import { runJobPart } from '../../../shared/contact-jobs/run-job.ts';
import { startJob } from '../../../shared/contact-jobs/start-job.ts';
import type { NewContact } from '../../../shared/contacts/contact.ts';
import { customFieldManagement } from '../../../shared/custom-fields/manage-custom-fields.ts';
import type { NewContactExport } from '../../../shared/exports/export.ts';
import { fileKey } from '../../../shared/exports/export-objects.ts';
import { exportManagement } from '../../../shared/exports/manage-exports.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { anImporter } from '../../support/an-import.ts';
import { anOrganizationWithJobs } from '../../support/contact-jobs.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ phone: `202555${1000 + index}` }));

const anExporter = () => {
  const organization = anOrganizationWithJobs(table);
  const { services, caller, drain, files, organizationId } = organization;
  const exports = exportManagement(services);
  return {
    ...organization,
    exports,
    exported: async (wanted: NewContactExport) => {
      const { id } = await exports.start(caller, wanted);
      await drain();
      return { job: await exports.find(caller, id), text: (await files.text(fileKey(organizationId, id))) ?? '' };
    },
  };
};

const bytesOf = async (pieces: AsyncIterable<Uint8Array>) => {
  const held: Uint8Array[] = [];
  for await (const piece of pieces) held.push(piece);
  return Buffer.concat(held);
};

/** Contacts with everything that a file could damage. */
const difficult: NewContact[] = [
  {
    phone: '+12025550101',
    email: 'ann@example.com',
    firstName: '=HYPERLINK("http://example.com")',
    lastName: 'O\'Neil, "the" second',
    company: '@home',
    title: '-1+2',
    address: 'First line\nSecond line',
    city: "'=quoted",
    zip: '01234',
    tags: ['a, b', 'say "hi"', '=tag', 'plain', 'x;y|z'],
    notes: 'Ünïcode 🎉 – “quotes”,\r\n\ttabs',
    leadStatus: '+new',
    status: 'inactive',
    customFields: { Note: '=1+1', Untyped: 5, Spaces: ' x ', Flag: true, Score: -12.5, Since: '2026-05-31' },
  },
  { phone: '+447911123456', country: 'GB', timeZone: 'Europe/London', state: 'Kent' },
  { email: 'nobody@example.com', phone: null },
  { phone: '+12125550133', zip: '20500' },
];

describe('an export', () => {
  test('of few contacts is a file when it answers, with a URL that expires', async () => {
    const { exports, caller, contacts, files, organizationId } = anExporter();
    await contacts([{ phone: '2025550101', firstName: 'Ann' }]);

    const made = await exports.start(caller, { format: 'csv' });

    const content = await files.text(fileKey(organizationId, made.id));
    expect(made).toMatchObject({
      kind: 'export',
      status: 'completed',
      progress: 100,
      successful: 1,
      format: 'csv',
      failure: null,
      file: {
        rows: 1,
        bytes: Buffer.byteLength(content ?? ''),
        format: 'csv',
        filename: `contacts-${made.createdAt.slice(0, 10)}.csv`,
        url: `https://example.com/${fileKey(organizationId, made.id)}`,
      },
    });
    const expires = new Date(made.file?.expiresAt ?? '').getTime() - Date.now();
    expect(expires).toBeGreaterThan(14 * 60_000);
    expect(expires).toBeLessThanOrEqual(15 * 60_000);
  });

  test('holds the contacts that a filter means, each once, and nobody else', async () => {
    const { exported, contacts } = anExporter();
    await contacts(numbered(230).map((body, index) => ({ ...body, ...(index % 2 ? { tags: ['odd'] } : {}) })));

    const { job, text } = await exported({ format: 'jsonl', filter: { tags: ['odd'] } });

    const phones = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).phone);
    expect(phones.toSorted()).toEqual(numbered(230).flatMap(({ phone }, index) => (index % 2 ? [`+1${phone}`] : [])));
    expect(job).toMatchObject({ status: 'completed', file: { rows: 115 } });
  });

  test('of named contacts says who is not there', async () => {
    const { exports, caller, contacts } = anExporter();
    const [id = ''] = await contacts([{ phone: '2025550101' }]);
    const nobody = systemIds.random();

    const made = await exports.start(caller, { format: 'csv', contactIds: [id, nobody] });

    expect(made).toMatchObject({ successful: 1, failed: 1, file: { rows: 1 } });
    expect(made.errors).toEqual([{ contactId: nobody, code: 'NOT_FOUND', error: 'Contact not found' }]);
  });

  test('of nobody is a file with nothing but its header', async () => {
    const { exported } = anExporter();

    expect((await exported({ format: 'csv' })).text).toMatch(/^\ufeffid,first_name,[^\r]+\r\n$/);
    expect(await exported({ format: 'jsonl' })).toMatchObject({ text: '', job: { file: { rows: 0, bytes: 0 } } });
  });

  test('has a column for every own field, and one for what would come back as another', async () => {
    const { exported, contacts, services, caller } = anExporter();
    const fields = customFieldManagement(services);
    await fields.create(caller, { name: 'Score', type: 'number' });
    await fields.create(caller, { name: 'Empty', type: 'text' });
    await contacts([
      { phone: '2025550101', customFields: { Score: 1.5, Pet: 'cat', Untyped: 5 } },
      { phone: '2025550102', customFields: { Pet: ' dog ', Town: 'Bern' } },
    ]);

    const { text } = await exported({ format: 'csv' });

    const [header = '', ...rows] = text.trimEnd().split('\r\n');
    expect(header).toContain(
      'updated_at,customFields.Empty,customFields.Score,customFields.Pet,customFields.Town,custom_fields',
    );
    expect(rows.map((row) => row.slice(row.lastIndexOf('Z,') + 2)).toSorted()).toEqual([
      ',,,Bern,"{""Pet"":"" dog ""}"',
      ',1.5,cat,,"{""Untyped"":5}"',
    ]);
  });

  test.each(['csv', 'jsonl', 'xlsx'] as const)('as %s, imported again with updates changes nothing', async (format) => {
    const { exported, contacts, services, caller, stored, newList, organizationId, files } = anExporter();
    await customFieldManagement(services).create(caller, { name: 'Score', type: 'number' });
    const list = await newList('Friends, "old" ones');
    const ids = await contacts(difficult.map((body) => ({ ...body, listIds: [list.id] })));
    const before = await stored(ids);
    const importer = anImporter(table, {}, organizationId);

    const { job } = await exported({ format });
    const file = await bytesOf(await files.stream(fileKey(organizationId, job.id)));
    const done = await importer.imported(file, { duplicates: 'overwrite' });

    expect(done).toMatchObject({
      status: 'completed',
      results: { totalRows: 4, invalidContacts: 0, duplicates: 4, imported: 0 },
    });
    const after = await stored(ids);
    expect(after).toEqual(before);
  });

  test('is the same, whenever its worker dies', async () => {
    const lines = new Set<string>();
    for (const nth of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20])
      for (const when of ['before', 'after'] as const) {
        const { caller, organizationId, services, servicesOn, contacts, queue, drain, files } = anExporter();
        const contactIds = await contacts(numbered(3));
        const plan = { parts: 1, named: [contactIds], expected: 1000 };
        const request = { kind: 'export' as const, selection: { named: contactIds.length }, format: 'csv' as const };
        const job = await startJob(services, caller, request, plan);
        const [message] = queue;
        if (!message) throw new Error('Nothing was sent');

        await runJobPart(servicesOn(dyingTable(table, nth, when).table), message).catch((error: unknown) => {
          expect(error).toBeInstanceOf(Killed);
        });
        await drain();

        expect(await contactJobStore(table, organizationId).get(job.id)).toMatchObject({
          status: 'completed',
          processed: 3,
          successful: 3,
          failed: 0,
          result: { rows: 3 },
        });
        const text = (await files.text(fileKey(organizationId, job.id))) ?? '';
        lines.add(text.replaceAll(/^[\da-f]{8}-[^,]+|\d{4}-\d\d-\d\dT[\d:.]+Z/gm, ''));
        expect(files.keys()).toEqual([fileKey(organizationId, job.id)]);
      }
    expect(lines.size).toBe(1);
  });

  test('takes the contacts of a step as the first try found them, whatever changed before the next', async () => {
    const { caller, organizationId, services, servicesOn, contacts, queue, drain, files } = anExporter();
    await contacts(numbered(3));
    const plan = { parts: 16, expected: 1000 };
    const request = { kind: 'export' as const, selection: { filter: {} }, format: 'jsonl' as const };
    const job = await startJob(services, caller, request, plan);
    const messages = [...queue];
    // Each part's page was kept, and its step was not.
    for (const message of messages) {
      const dying = dyingTable(table, 100, 'before').table;
      const unwritten = { ...dying, transact: () => Promise.reject(new Killed('No step is written')) };
      await runJobPart(servicesOn(unwritten), message).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
    }
    await contacts([{ phone: '2025552000' }, { phone: '2025552001' }]);

    await drain();

    const text = (await files.text(fileKey(organizationId, job.id))) ?? '';
    expect(text.trimEnd().split('\n')).toHaveLength(3);
    expect(await contactJobStore(table, organizationId).get(job.id)).toMatchObject({ successful: 3 });
  });

  test('whose last steps a crash forgot is completed by the schedule', async () => {
    const { caller, organizationId, services, servicesOn, contacts, queue, drain } = anExporter();
    await contacts(numbered(1));
    const plan = { parts: 1, expected: 1000 };
    const request = { kind: 'export' as const, selection: { filter: { search: '1000' } }, format: 'xlsx' as const };
    const job = await startJob(services, caller, request, plan);
    const [message] = queue.splice(0);
    if (!message) throw new Error('Nothing was sent');
    const update = () => Promise.reject(new Killed('Nothing is gathered'));
    await expect(runJobPart(servicesOn({ ...table, update }), message)).rejects.toBeInstanceOf(Killed);

    await resumeJobs({ ...services, clock: () => new Date(Date.now() + 3 * 60_000) });
    await drain();

    expect(await contactJobStore(table, organizationId).get(job.id)).toMatchObject({ status: 'completed' });
  });

  test('is listed among exports, newest first, and is no business of other jobs', async () => {
    const { exports, caller, contacts, jobs } = anExporter();
    const [contactId = ''] = await contacts([{ phone: '2025550101' }]);
    const first = await exports.start(caller, { format: 'csv' });
    const { jobId } = await jobs.run(caller, { action: 'add-tags', contactIds: [contactId], data: { tags: ['a'] } });
    const second = await exports.start(caller, { format: 'xlsx' });

    const { data } = await exports.list(caller, { page: 1, limit: 50 });

    expect(data.map(({ id }) => id)).toEqual([second.id, first.id]);
    await expect(exports.find(caller, jobId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('keeps its file for a week', async () => {
    const { exports, caller, services, contacts } = anExporter();
    await contacts([{ phone: '2025550101' }]);
    const { id } = await exports.start(caller, { format: 'csv' });

    const later = exportManagement({ ...services, clock: () => new Date(Date.now() + 7 * 24 * 3600_000 + 1000) });

    expect(await later.find(caller, id)).toMatchObject({ status: 'completed', file: null });
  });
});
