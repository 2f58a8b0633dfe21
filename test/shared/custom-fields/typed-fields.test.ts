import { expect, test } from 'vitest';
import { customFieldManagement } from '../../../shared/custom-fields/manage-custom-fields.ts';
import { typedFields } from '../../../shared/custom-fields/typed-fields.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { aCaller } from '../../support/a-caller.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';

const table = await localTable();

test('definitions are read once for a contact that names custom fields, and for no other', async () => {
  const organizationId = anOrganization();
  const fields = customFieldManagement({ table, clock: systemClock, ids: systemIds });
  await fields.create(aCaller(organizationId), { name: 'Plan', type: 'choice', choices: ['Free', 'Paid'] });
  let reads = 0;
  const counted: typeof table = {
    ...table,
    query: (range) => {
      reads += 1;
      return table.query(range);
    },
  };
  const typed = async (customFields?: Record<string, string>) => [
    await typedFields(counted, organizationId, { customFields }),
    reads,
  ];

  expect(await typed()).toEqual([{}, 0]);
  expect(await typed({})).toEqual([{}, 0]);
  expect(await typed({ plan: 'free', other: 'x' })).toEqual([{ customFields: { Plan: 'Free', other: 'x' } }, 1]);
});

test('definitions are all found, however long their choices make them', async () => {
  const caller = aCaller(anOrganization());
  const fields = customFieldManagement({ table, clock: systemClock, ids: systemIds });
  const choices = Array.from({ length: 100 }, (_, index) => String(index).padEnd(100, '·'));
  const names = Array.from({ length: 60 }, (_, index) => `Field ${String(index).padStart(2, '0')}`);
  await Promise.all(names.map((name) => fields.create(caller, { name, type: 'choice', choices })));

  const listed = await fields.list(caller);

  expect(listed.map(({ name }) => name)).toEqual(names);
});
