import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeImport } from '../../../shared/imports/complete-import.ts';
import { importChunk } from '../../../shared/imports/import-chunk.ts';
import { importStore } from '../../../shared/imports/import-store.ts';
import { openChunks } from '../../../shared/imports/next-chunks.ts';
import { planImport } from '../../../shared/imports/plan-import.ts';
import { sendChunks } from '../../../shared/imports/run-import.ts';
import { contactKeys } from '../../../shared/platform/table/contact-keys.ts';
import { anImporter } from '../../support/an-import.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { localTable } from '../../support/local-table.ts';
import { longer } from '../../support/longer.ts';

const table = await localTable();

const phoneOf = (line: number) => `+1202555${String(line).padStart(4, '0')}`;

describe('an import', () => {
  test('counts valid, invalid, imported and repeated rows, and names what is wrong with a row', async () => {
    const importer = anImporter(table);
    const file =
      'Name,Phone,Email\nJane Doe,(202) 555-0123,jane@example.com\nJoe,555-CALL,\n,,\nJim,202.555.0123,\nAda,,ada@example.com\nNo,,\n';

    const job = await importer.imported(file);

    expect(job).toMatchObject({
      status: 'completed',
      progress: 100,
      results: { totalRows: 5, validContacts: 3, invalidContacts: 2, duplicates: 1, imported: 2, skipped: 3 },
      validationErrors: [
        { row: 3, field: 'phone', code: 'PHONE_HAS_LETTERS', data: { Name: 'Joe', Phone: '555-CALL' } },
        { row: 7, field: 'phone', code: 'PHONE_MISSING', data: { Name: 'No' } },
      ],
    });
    expect(await importer.all()).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({
          firstName: 'Jane',
          lastName: 'Doe',
          phone: '+12025550123',
          email: 'jane@example.com',
        }),
        expect.objectContaining({ firstName: 'Ada', email: 'ada@example.com' }),
      ]),
    );
    expect(await importer.contacts.counts()).toMatchObject({ active: 2 });
  });

  test('of a file that was imported before imports nothing, and its contacts join the new list', async () => {
    const importer = anImporter(table);
    const file = `phone,email\n${phoneOf(1)},a@example.com\n${phoneOf(2)},\n,b@example.com\n`;
    await importer.imported(file);
    const listId = await importer.aList();

    const job = await importer.imported(file, { listId });

    expect(job.results).toMatchObject({ totalRows: 3, validContacts: 3, imported: 0, duplicates: 3 });
    expect(await importer.countOf(listId)).toBe(3);
    expect(await importer.membersOf(listId)).toHaveLength(3);
    expect((await importer.all()).every(({ lists }) => listId in lists)).toBe(true);
    expect(await importer.contacts.counts()).toMatchObject({ active: 3 });
  });

  test('keeps a row without its e-mail address when another contact has that, and says so', async () => {
    const importer = anImporter(table);

    const job = await importer.imported(`phone,email\n${phoneOf(1)},A@example.com\n${phoneOf(2)},a@example.com\n`);

    expect(job.results).toMatchObject({ imported: 2, invalidContacts: 0 });
    expect(job.warnings).toMatchObject([{ row: 3, code: 'EMAIL_TAKEN', field: 'email' }]);
    expect((await importer.all()).map(({ email }) => email).toSorted()).toEqual(['a@example.com', undefined]);
  });

  test('updates contacts that exist when it is told not to skip duplicates', async () => {
    const importer = anImporter(table);
    await importer.imported(`phone,first name,city\n${phoneOf(1)},Old,Rome\n`);

    const job = await importer.imported(`phone,first name,tags\n${phoneOf(1)},New,"VIP, Blog"\n`, {
      duplicates: 'overwrite',
    });

    expect(job.results).toMatchObject({ imported: 0, duplicates: 1 });
    expect(await importer.all()).toMatchObject([{ firstName: 'New', city: 'Rome', tags: ['VIP', 'Blog'], version: 2 }]);
  });

  test('leaves a contact alone that its first row already describes, whatever later rows say of it', async () => {
    const importer = anImporter(table);
    await importer.imported(`phone,first name,tags\n${phoneOf(1)},Ann,VIP\n`);
    const before = await importer.all();

    await importer.imported(`phone,first name,tags\n${phoneOf(1)},Ann,VIP\n${phoneOf(1)},Ben,\n`, {
      duplicates: 'overwrite',
    });

    expect(await importer.all()).toEqual(before);
  });

  test('fills what a contact lacks and leaves what it has, when it is told to', async () => {
    const importer = anImporter(table);
    await importer.imported(
      `phone,first name,tags,Attributes.Sector\n${phoneOf(1)},Old,VIP,Energy\n${phoneOf(2)},,,\n`,
    );

    const file = `phone,first name,city,tags,Attributes.Sector,Attributes.Size\n${phoneOf(1)},New,Rome,Blog,Steel,9\n${phoneOf(2)},New,,Blog,,\n`;
    await importer.imported(file, { duplicates: 'fill' });
    await importer.imported(file, { duplicates: 'fill' });

    const found = (await importer.all()).toSorted((a, b) => (String(a.phone) < String(b.phone) ? -1 : 1));
    expect(found).toMatchObject([
      { firstName: 'Old', city: 'Rome', tags: ['VIP'], customFields: { Sector: 'Energy', Size: '9' } },
      { firstName: 'New', tags: ['Blog'] },
    ]);
  });

  test('gives every row the tags of the import beside its own', async () => {
    const importer = anImporter(table);

    await importer.imported(`phone,tags\n${phoneOf(1)},own\n${phoneOf(2)},\n`, { tags: ['2026', 'own'] });

    expect((await importer.all()).map(({ tags }) => tags?.toSorted()).toSorted()).toEqual([
      ['2026', 'own'],
      ['2026', 'own'],
    ]);
  });

  test('goes on without a list that is deleted meanwhile', async () => {
    const importer = anImporter(table);

    const job = await importer.imported(`phone\n${phoneOf(1)}\n`, { listId: '00000000-0000-4000-8000-000000000000' });

    expect(job).toMatchObject({ status: 'completed', results: { imported: 1 } });
  });
});

/** Rows of few phones, so that many repeat, some of them invalid, each with an address and a name of its own. */
const rowsOf = (lines: readonly (number | null)[]) =>
  lines.map((line, index) => ({
    row: index + 2,
    phone: line === null ? 'none' : phoneOf(line),
    email: `row${index + 2}@example.com`,
    name: `Row${index + 2}`,
  }));

const csvOf = (rows: ReturnType<typeof rowsOf>) =>
  `phone,email,first name\n${rows.map(({ phone, email, name }) => `${phone},${email},${name}`).join('\n')}`;

/** What the schedule does: sends again what a crash forgot. */
const sendForgotten = async ({ services, organizationId }: ReturnType<typeof anImporter>, jobId: string) => {
  const job = await importStore(table, organizationId).get(jobId);
  if (!job?.plan || (await completeImport(services, organizationId, job))) return;
  await sendChunks(
    services,
    organizationId,
    jobId,
    await openChunks(services, organizationId, job, job.plan.chunkCount),
  );
};

/** Works on a job, two chunks at once in an order of their own; some deliveries die on the way and come again. */
const inAnyOrder = async (
  importer: ReturnType<typeof anImporter>,
  jobId: string,
  order: Iterator<number>,
  kills: readonly { nth: number; after: boolean }[],
) => {
  const { queue, services } = importer;
  const taken = () => queue.splice((order.next().value ?? 0) % Math.max(queue.length, 1), 1);
  const deaths = [...kills];
  while (queue.length > 0) {
    const [[first], [second]] = [taken(), taken()];
    const death = deaths.pop();
    const dying = death && dyingTable(table, death.nth, death.after ? 'after' : 'before').table;
    const deliveries = [
      ...(first ? [importChunk(dying ? { ...services, table: dying } : services, first)] : []),
      ...(second ? [importChunk(services, second)] : []),
    ];
    for (const { reason } of (await Promise.allSettled(deliveries)).filter((one) => one.status === 'rejected'))
      if (!(reason instanceof Killed)) throw reason;
    if (first && dying) await importChunk(services, first);
    if (queue.length === 0) await sendForgotten(importer, jobId);
  }
};

const someKills = (maxLength: number) =>
  fc.array(fc.record({ nth: fc.integer({ min: 1, max: 25 }), after: fc.boolean() }), { maxLength });

describe('whatever happens to its chunks', () => {
  test('the totals and the contacts are those of the file read in order, once', {
    timeout: 120_000 * longer,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 100, max: 112 }), fc.constant(null)), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        someKills(20),
        fc.infiniteStream(fc.nat()),
        async (lines, chunkRows, kills, order) => {
          const importer = anImporter(table, { rows: chunkRows });
          const listId = await importer.aList();
          const rows = rowsOf(lines);
          const jobId = await importer.planned(csvOf(rows), { listId });
          await planImport(importer.services, importer.organizationId, jobId);
          await inAnyOrder(importer, jobId, order, kills);

          const first = new Map(
            rows
              .filter(({ phone }) => phone !== 'none')
              .toReversed()
              .map((row) => [row.phone, row]),
          );
          const valid = rows.filter(({ phone }) => phone !== 'none').length;
          expect(await importer.find(jobId)).toMatchObject({
            status: 'completed',
            results: {
              totalRows: rows.length,
              validContacts: valid,
              imported: first.size,
              duplicates: valid - first.size,
            },
          });
          const contacts = await importer.all();
          expect(contacts.map(({ phone, email, firstName }) => `${phone} ${email} ${firstName}`).toSorted()).toEqual(
            [...first.values()].map(({ phone, email, name }) => `${phone} ${email} ${name}`).toSorted(),
          );
          expect(await importer.contacts.counts()).toMatchObject({ active: first.size });
          expect(await importer.countOf(listId)).toBe(first.size);
          expect(await importer.membersOf(listId)).toHaveLength(first.size);
          const claims = await table.getAll(
            rows.map(({ email }) => contactKeys.emailClaim(importer.organizationId, email)),
          );
          expect(claims.filter(Boolean)).toHaveLength(first.size);
        },
      ),
      { numRuns: 25 * longer },
    );
  });

  test('an address stands beside its phone, whichever chunk that is in', { timeout: 120_000 * longer }, async () => {
    const row = fc.oneof(
      fc
        .record({ line: fc.integer({ min: 100, max: 103 }), address: fc.integer({ min: 100, max: 104 }) })
        .map(({ line, address }) => ({ phone: phoneOf(line), email: `${address}@example.com` })),
      fc.integer({ min: 102, max: 106 }).map((line) => ({ phone: '', email: `${line}@example.com` })),
      fc.constant({ phone: 'none', email: '' }),
    );
    const outcome = async (importer: ReturnType<typeof anImporter>, jobId: string, listId: string) => ({
      results: (await importer.find(jobId)).results,
      warnings: (await importer.find(jobId)).warnings,
      contacts: (await importer.all()).map(({ phone, email, firstName }) => [phone, email, firstName]).toSorted(),
      counts: await importer.contacts.counts(),
      members: [await importer.countOf(listId), (await importer.membersOf(listId)).length],
    });
    const csvOfAll = (rows: readonly { phone: string; email: string }[]) =>
      `phone,email,name\n${rows.map(({ phone, email }, index) => `${phone},${email},Row${index + 2}\n`).join('')}`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 3 }),
        fc.array(row, { minLength: 2, maxLength: 16 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat()),
        someKills(6),
        async (before, rows, chunkRows, order, kills) => {
          const csv = csvOfAll(rows);
          const [split, whole] = [anImporter(table, { rows: chunkRows }), anImporter(table)];
          for (const importer of [split, whole]) if (before.length > 0) await importer.imported(csvOfAll(before));
          const [splitList, wholeList] = [await split.aList(), await whole.aList()];
          const splitJob = await split.planned(csv, { listId: splitList });
          await inAnyOrder(split, splitJob, order, kills);
          const { id: wholeJob } = await whole.imported(csv, { listId: wholeList });

          expect(await split.find(splitJob)).toMatchObject({ status: 'completed', progress: 100 });
          expect(await outcome(split, splitJob, splitList)).toEqual(await outcome(whole, wholeJob, wholeList));
        },
      ),
      { numRuns: 40 * longer },
    );
  });

  test('an address stays with the first row that has it, though a later one of the same phone came sooner', async () => {
    const importer = anImporter(table, { rows: 1 });
    const row = (line: number) => `${phoneOf(line)},shared@example.com\n`;
    const jobId = await importer.planned(`phone,email\n${row(1)}${row(2)}${row(1)}`);

    for (const last of importer.queue.splice(2)) await importChunk(importer.services, last);
    await importer.drain();

    expect(await importer.find(jobId)).toMatchObject({ results: { imported: 2 }, warnings: [{ row: 3 }] });
    expect((await importer.all()).flatMap(({ phone, email }) => (email === undefined ? [] : [phone]))).toEqual([
      phoneOf(1),
    ]);
  });

  test('a contact that existed takes what its first row says', { timeout: 120_000 * longer }, async () => {
    const row = fc.record({
      line: fc.integer({ min: 100, max: 103 }),
      name: fc.constantFrom('', 'Ann', 'Ben'),
      city: fc.constantFrom('', 'Oslo', 'Rome'),
      tags: fc.constantFrom('', 'a', 'b'),
      size: fc.constantFrom('', '1', '2'),
    });
    const csv = (rows: readonly { line: number; name: string; city: string; tags: string; size: string }[]) =>
      `phone,first name,city,tags,Attributes.Size\n${rows.map(({ line, name, city, tags, size }) => `${phoneOf(line)},${name},${city},${tags},${size}\n`).join('')}`;
    const said = async (importer: ReturnType<typeof anImporter>) =>
      (await importer.all())
        .map(({ phone, firstName, city, tags, customFields }) => ({ phone, firstName, city, tags, customFields }))
        .toSorted((a, b) => (String(a.phone) < String(b.phone) ? -1 : 1));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(row, { minLength: 1, selector: ({ line }) => line }),
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('fill' as const, 'overwrite' as const),
        fc.infiniteStream(fc.nat()),
        someKills(6),
        async (before, lines, duplicates, order, kills) => {
          const rows = lines.filter(({ line }) => before.some((one) => one.line === line));
          fc.pre(rows.length > 0);
          const [split, whole] = [anImporter(table, { rows: 1 }), anImporter(table)];
          for (const importer of [split, whole]) await importer.imported(csv(before));
          await inAnyOrder(split, await split.planned(csv(rows), { duplicates }), order, kills);

          const speaks = rows.filter(({ name, city, tags, size }) => name + city + tags + size !== '');
          const first = speaks.filter(({ line }, index) => speaks.findIndex((one) => one.line === line) === index);
          if (first.length > 0) await whole.imported(csv(first), { duplicates });
          expect(await said(split)).toEqual(await said(whole));
        },
      ),
      { numRuns: 40 * longer },
    );
  });
});
