import { expect, test } from 'vitest';
import { updateContact } from '../../../shared/contacts/update-contact.ts';
import { anImporter } from '../../support/an-import.ts';
import { anOrganizationWithJobs } from '../../support/contact-jobs.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

test('an import is taken back: what it made goes, what was there or was changed since stays', async () => {
  const job = anImporter(table);
  const { jobs, caller, contacts, services, countOf, newList } = anOrganizationWithJobs(table, job.organizationId);
  const list = await newList('Imported');
  const [known = ''] = await contacts([{ firstName: 'Known', phone: '2025550100' }]);
  const { id } = await job.imported('name,phone\nKnown,2025550100\nNew,2025550101\nEdited,2025550102\n', {
    listId: list.id,
  });
  const edited = (await job.all()).find(({ firstName }) => firstName === 'Edited');
  await updateContact(services, caller, edited?.id ?? '', { notes: 'Called' });

  const undo = await jobs.undoImport(caller, id);

  expect((await job.all()).map(({ firstName }) => firstName).toSorted()).toEqual(['Edited', 'Known']);
  expect((await job.all()).map(({ lists }) => lists)).toEqual([{}, {}]);
  expect(await countOf(list.id)).toBe(0);
  expect(undo).toMatchObject({ status: 'completed', processed: 3, successful: 2, failed: 1 });
  expect(undo.errors).toMatchObject([{ contactId: edited?.id, code: 'STALE_VERSION' }]);
  expect(known).not.toBe('');
  expect(await jobs.undoImport(caller, id)).toMatchObject({ status: 'completed' });
});
