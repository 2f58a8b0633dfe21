import { expect, test } from 'vitest';
import { customFieldManagement } from '../../../shared/custom-fields/manage-custom-fields.ts';
import { gateStore } from '../../../shared/messages/gate-store.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { aCaller } from '../../support/a-caller.ts';
import { anImporter } from '../../support/an-import.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

test('a column of a typed field is read as its type, and a cell that is none is named', async () => {
  const job = anImporter(table);
  const fields = customFieldManagement({ table, clock: systemClock, ids: systemIds });
  const caller = aCaller(job.organizationId);
  await fields.create(caller, { name: 'Score', type: 'number' });
  await fields.create(caller, { name: 'Member', type: 'boolean' });
  const file =
    'phone,customFields.score,customFields.Member,customFields.Free\n' +
    '2025550100,"1,234",yes,7\n2025550101,many,no,8\n2025550102,,,\n';

  const { results, validationErrors } = await job.imported(file);

  expect(results).toMatchObject({ imported: 2, invalidContacts: 1 });
  expect(validationErrors).toMatchObject([{ row: 3, field: 'customFields.Score', code: 'INVALID_FIELD' }]);
  const contacts = (await job.all()).toSorted((a, b) => ((a.phone ?? '') < (b.phone ?? '') ? -1 : 1));
  expect(contacts.map(({ customFields }) => customFields)).toEqual([
    { Score: 1234, Member: true, Free: '7' },
    undefined,
  ]);
});

test('whoever opted out is not texted, even where the rest of the row can’t be imported', async () => {
  const job = anImporter(table);
  const file = 'phone,email,opt out\n2025550100,not an address,yes\n2025550101,not an address,no\n2025550102,,yes\n';

  const { results } = await job.imported(file);

  expect(results).toMatchObject({ imported: 1, invalidContacts: 2 });
  const phones = ['+12025550100', '+12025550101', '+12025550102'];
  const optOuts = await gateStore(table, job.organizationId).optOuts(phones);
  expect([...optOuts.keys()]).toEqual(['+12025550100', '+12025550102']);
});
