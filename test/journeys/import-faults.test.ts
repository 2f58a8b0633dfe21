import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { killOnCall } from '../../lib/local/lambda/kill-on-call.ts';
import { contactListRoutes } from '../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../shared/contacts/routes.ts';
import { OrganizationId } from '../../shared/platform/organization-id.ts';
import { contactKeys, contactListKeys } from '../../shared/platform/table/contact-keys.ts';
import { importFile } from '../support/import-file.ts';
import { longer } from '../support/longer.ts';
import { phoneAt } from '../support/made-up-phones.ts';
import { signUp } from '../support/sign-up.ts';
import { itemsOf, stackTable } from '../support/stack-table.ts';
import { startFaultyStack } from '../support/start-stack.ts';

let faulty: Awaited<ReturnType<typeof startFaultyStack>>;
beforeAll(async () => {
  faulty = await startFaultyStack(inject('stack').assembly);
});
afterEach(() => faulty.stack.runtime.gateway.faults.clear());
afterAll(() => faulty?.close());

const chunkWorker = 'imports/import-chunk.queue';

/** Every tenth row repeats an earlier phone, from another chunk where it can; every twenty-fifth has none. */
const fileOf = (rows: number) => {
  const lines = ['first_name,phone'];
  for (let row = 0; row < rows; row += 1) {
    const phone = row % 25 === 24 ? '555-CALL' : phoneAt(row % 10 === 9 ? Math.floor(row / 2) * 2 - 5 : row);
    lines.push(`Person ${row},${phone}`);
  }
  const phones = lines.slice(1).flatMap((line) => line.split(',')[1] ?? []);
  const valid = phones.filter((phone) => phone !== '555-CALL');
  const imported = new Set(valid).size;
  return {
    content: lines.join('\n'),
    results: {
      totalRows: rows,
      validContacts: valid.length,
      invalidContacts: rows - valid.length,
      duplicates: valid.length - imported,
      imported,
      skipped: rows - imported,
    },
  };
};

/** What an import came to: what its job tells, the counts that people see, and what really stands in the table. */
const importUnderFaults = async (rows: number) => {
  const { api, session } = await signUp(faulty.addresses.apiUrl);
  const { content, results } = fileOf(rows);
  const job = await importFile(api, { name: 'many.csv', content, listName: 'Many' }, 200 * longer);
  const { filters } = await api.call(contactRoutes.listContacts, { query: { limit: 1 } });
  const listId = job.listId ?? '';
  const { data: list } = await api.call(contactListRoutes.getContactList, { params: { listId } });
  const organizationId = OrganizationId.parse(session.user.organization_id);
  const table = await stackTable(faulty.addresses);
  const contacts = await itemsOf(table, contactKeys.buckets(organizationId));
  const members = await itemsOf(table, contactListKeys.memberBuckets(organizationId, listId));
  const counted = [filters.totalContacts, list.contactCount, contacts.length, members.length];
  const phones = new Set(contacts.map(({ phone }) => phone)).size;
  return { job, expected: results, counted: [...counted, phones] };
};

test('workers that are killed at any point of an import leave its counts exact and nobody twice', {
  timeout: 240_000 * longer,
}, async () => {
  const { runtime } = faulty.stack;
  killOnCall(runtime, { functionName: 'imports/plan-import.queue', nth: 4 });
  killOnCall(runtime, { functionName: chunkWorker, nth: 10 });
  killOnCall(runtime, { functionName: chunkWorker, nth: 150, phase: 'before' });
  killOnCall(runtime, { functionName: chunkWorker, nth: 6, action: 'TransactWriteItems', phase: 'before' });
  for (let death = 1; death <= longer; death += 1)
    killOnCall(runtime, { functionName: chunkWorker, nth: 400 * death, phase: death % 2 === 1 ? 'after' : 'before' });
  // Not right after the transaction that ends a chunk: what is forgotten there, the schedule makes up after a minute.

  const { job, expected, counted } = await importUnderFaults(12_000 * longer);

  expect(faulty.kills()).toBeGreaterThanOrEqual(4 + longer);
  expect(job).toMatchObject({ status: 'completed', failure: null, results: expected });
  expect(counted).toEqual(counted.map(() => expected.imported));
});

test('throttling on a tenth of the calls to the table, and answers that are lost, change no count', {
  timeout: 240_000 * longer,
}, async () => {
  const { faults } = faulty.stack.runtime.gateway;
  faults.add({ kind: 'throttle', service: 'dynamodb', role: 'ImportChunk', probability: 0.1 });
  faults.add({ kind: 'lost-answer', service: 'dynamodb', role: 'ImportChunk', probability: 0.03 });

  const { job, expected, counted } = await importUnderFaults(2_000 * longer);

  expect(job).toMatchObject({ status: 'completed', failure: null, results: expected });
  expect(counted).toEqual(counted.map(() => expected.imported));
});
