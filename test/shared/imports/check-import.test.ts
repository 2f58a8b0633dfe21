import fc from 'fast-check';
import { expect, test } from 'vitest';
import { executeImport } from '../../../shared/imports/execute-import.ts';
import { importChunk } from '../../../shared/imports/import-chunk.ts';
import type { ImportTrial } from '../../../shared/imports/import-options.ts';
import { previewImport } from '../../../shared/imports/preview-import.ts';
import { aCaller } from '../../support/a-caller.ts';
import { anImporter } from '../../support/an-import.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

type Importer = ReturnType<typeof anImporter>;

const noLists = {
  find: () => Promise.reject(new Error('No list is asked for')),
  create: () => Promise.reject(new Error('No list is made')),
};

const asks = (importer: Importer) => {
  const caller = aCaller(importer.organizationId);
  const preview = (jobId: string, trial: ImportTrial = {}) => previewImport(importer.services, caller, jobId, trial);
  return {
    preview,
    counted: async (jobId: string, trial: ImportTrial = {}) => {
      await preview(jobId, trial);
      await importer.drain();
      return (await preview(jobId, trial)).counts;
    },
    execute: (jobId: string, execution = {}) =>
      executeImport({ ...importer.services, lists: noLists }, caller, jobId, execution),
  };
};

const waiting = (importer: Importer, file: string) => importer.planned(file, { autoStart: false });

/** Few phones and addresses, so that many repeat, alone, together and wrong. */
const identity = fc.record({
  phone: fc.oneof(
    fc.integer({ min: 100, max: 106 }).map((line) => `2025550${line}`),
    fc.constantFrom('', 'none'),
  ),
  email: fc.oneof(
    fc.integer({ min: 0, max: 5 }).map((who) => `w${who}@example.com`),
    fc.constantFrom('', 'not one'),
  ),
});
const csvOf = (rows: readonly { phone: string; email: string }[]) =>
  `phone,email,notes\n${rows.map(({ phone, email }) => `${phone},${email},x`).join('\n')}\n`;

test('what a dry run counts is what the import then does, however the file is cut and whatever dies on the way', {
  timeout: 120_000,
}, async () => {
  const rows = fc.array(identity, { minLength: 1, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(
      rows,
      rows,
      fc.integer({ min: 1, max: 8 }),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }),
      async (before, file, chunkRows, validatePhones, deaths) => {
        const importer = anImporter(table, { rows: chunkRows });
        const { counted, execute, preview } = asks(importer);
        await importer.imported(csvOf(before));
        const jobId = await waiting(importer, csvOf(file));
        const contacts = (await importer.all()).length;
        await preview(jobId, { validatePhones });
        for (const nth of deaths) {
          const [message] = importer.queue;
          if (!message) continue;
          const dying = dyingTable(table, nth, nth % 2 === 0 ? 'after' : 'before');
          await importChunk({ ...importer.services, table: dying.table }, message).catch((error: unknown) => {
            if (!(error instanceof Killed)) throw error;
          });
        }

        const counts = await counted(jobId, { validatePhones });

        expect(counts).toMatchObject({ final: true, progress: 100 });
        expect((await importer.all()).length).toBe(contacts);
        await execute(jobId, { validatePhones });
        // In the file's order: an address alone and beside a phone may change places otherwise.
        importer.queue.sort((a, b) => a.index - b.index);
        await importer.drain();
        const { results } = await importer.find(jobId);
        const withoutBoth = file.filter(({ phone, email }) => phone !== '' && email !== '').length === 0;
        expect(results).toMatchObject({
          totalRows: counts.totalRows,
          validContacts: counts.validContacts,
          invalidContacts: counts.invalidContacts,
          ...(withoutBoth || chunkRows >= file.length
            ? { duplicates: counts.duplicates, imported: counts.newContacts }
            : {}),
        });
      },
    ),
    { numRuns: 30 },
  );
});

test('cutting a file differently changes nothing of its counts', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(identity, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 1, max: 6 }),
      async (file, chunkRows) => {
        const cut = async (rows: number) => {
          const importer = anImporter(table, { rows });
          return asks(importer).counted(await waiting(importer, csvOf(file)));
        };

        expect(await cut(chunkRows)).toEqual(await cut(1000));
      },
    ),
    { numRuns: 20 },
  );
});

test('a preview shows columns, first rows as they would be stored, and what is wrong with them', async () => {
  const importer = anImporter(table);
  const { preview, counted } = asks(importer);
  const jobId = await waiting(
    importer,
    'First name;Handy;Sector;Opt out\nAda;(202) 555-0101;Energy;no\nBob;555-CALL;;\n\nEve;2025550102;;yes\n',
  );

  const proposed = await preview(jobId);
  const mapping = { Handy: 'phone', Sector: 'customFields.Sector', 'Opt out': 'optedOut' } as const;
  const chosen = await preview(jobId, { mapping, tags: ['2026'] });

  expect(proposed).toMatchObject({
    encoding: 'utf-8',
    delimiter: ';',
    headerRow: 1,
    columns: [
      { name: 'First name', target: 'firstName', confidence: 1, samples: ['Ada', 'Bob', 'Eve'] },
      { name: 'Handy', target: null, confidence: 0 },
      { name: 'Sector', target: null, confidence: 0 },
      { name: 'Opt out', target: 'optedOut', confidence: 1 },
    ],
  });
  expect(chosen.rows).toMatchObject([
    {
      row: 2,
      contact: {
        firstName: 'Ada',
        phone: '+12025550101',
        customFields: { Sector: 'Energy' },
        tags: ['2026'],
        optedOut: false,
      },
      errors: [],
    },
    { row: 3, contact: null, errors: [{ code: 'PHONE_HAS_LETTERS', field: 'phone' }] },
    { row: 5, contact: { firstName: 'Eve', optedOut: true } },
  ]);
  expect(await counted(jobId, { mapping })).toMatchObject({
    final: true,
    totalRows: 3,
    validContacts: 2,
    invalidContacts: 1,
    newContacts: 2,
  });
  await expect(preview(jobId, { mapping: { Missing: 'phone' } })).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    details: { field: 'mapping', column: 'Missing' },
  });
});

test('phones and addresses are guessed where headers do not tell, or are missing', async () => {
  const importer = anImporter(table);
  const { preview } = asks(importer);
  const named = await waiting(
    importer,
    'Wer,Wo,Was\nAda,202-555-0101,ada@example.com\nBob,202-555-0102,b@example.com\n',
  );
  const bare = await waiting(importer, 'Ada,202-555-0101\nBob,202-555-0102\n');

  expect((await preview(named)).columns.map(({ target, confidence }) => [target, confidence])).toEqual([
    [null, 0],
    ['phone', 0.5],
    ['email', 0.5],
  ]);
  const { columns, headerRow, rows } = await preview(bare);
  expect(columns).toMatchObject([{ name: 'column 1' }, { name: 'column 2', target: 'phone' }]);
  expect(headerRow).toBeNull();
  expect(rows).toMatchObject([
    { row: 1, contact: { phone: '+12025550101' } },
    { row: 2, contact: { phone: '+12025550102' } },
  ]);
});

test('a job that was executed goes on as it was chosen, once, and another mapping is no longer tried', async () => {
  const importer = anImporter(table);
  const { preview, execute } = asks(importer);
  const jobId = await waiting(importer, 'Handy,Mail\n2025550101,a@example.com\n2025550102,b@example.com\n');
  await expect(execute(jobId, { mapping: { Handy: null, Mail: null } })).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
  });

  await execute(jobId, { mapping: { Handy: 'phone', Mail: null }, tags: ['spring'] });
  await execute(jobId, { mapping: { Handy: null, Mail: 'email' } });
  await importer.drain();

  expect(await importer.find(jobId)).toMatchObject({ status: 'completed', stage: 'over', results: { imported: 2 } });
  const contacts = await importer.all();
  expect(contacts.map(({ phone, email, tags }) => [phone, email, tags]).toSorted()).toEqual([
    ['+12025550101', undefined, ['spring']],
    ['+12025550102', undefined, ['spring']],
  ]);
  await expect(preview(jobId)).rejects.toMatchObject({ code: 'CONFLICT' });
});
