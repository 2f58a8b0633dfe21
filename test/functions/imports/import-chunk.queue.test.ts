import { expect, inject, test } from 'vitest';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { finishedImport, uploadFile } from '../../support/import-file.ts';
import { signUp } from '../../support/sign-up.ts';

const control = (path: string, body?: unknown) =>
  fetch(`${inject('stack').controlUrl}${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** As many rows, of which every tenth repeats the phone before it and every seventeenth has none. */
const fileOf = (rows: number) => {
  const lines = Array.from({ length: rows }, (_, row) => {
    const line = row % 10 === 9 ? row - 1 : row;
    return `Row ${row},${row % 17 === 16 ? '' : `202${2_000_000 + line}`}`;
  });
  return { content: `name,phone\n${lines.join('\n')}\n`, phones: lines.map((line) => line.split(',')[1] ?? '') };
};

test('workers killed in the middle of an import change nothing in what comes of it', async () => {
  const { api } = await signUp();
  const { content, phones } = fileOf(4000);
  const valid = phones.filter((phone) => phone !== '').length;
  const imported = new Set(phones.filter((phone) => phone !== '')).size;

  // Inside claims, contacts and memberships, and just after a chunk's last transaction.
  for (const [nth, phase] of [
    [7, 'before'],
    [90, 'after'],
  ])
    await control('/kill', { function: 'imports/import-chunk.queue', onCall: { service: 'dynamodb', nth, phase } });
  await control('/kill', {
    function: 'imports/import-chunk.queue',
    onCall: { service: 'dynamodb', action: 'TransactWriteItems', nth: 2, phase: 'after' },
  });
  const { jobId } = await uploadFile(api, { name: 'killed.csv', content, listName: 'Survivors' });
  const job = await finishedImport(api, jobId, 240);

  expect(job.results).toEqual({
    totalRows: 4000,
    validContacts: valid,
    invalidContacts: 4000 - valid,
    duplicates: valid - imported,
    imported,
    skipped: 4000 - imported,
  });
  const { filters } = await api.call(contactRoutes.listContacts, {});
  const { data: lists } = await api.call(contactListRoutes.listContactLists, {});
  expect([filters.totalContacts, lists[0]?.contactCount]).toEqual([imported, imported]);
}, 300_000);
