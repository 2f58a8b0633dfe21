import { expect, test } from 'vitest';
import { deleteContact } from '../../../shared/contacts/delete-contact.ts';
import { updateContact } from '../../../shared/contacts/update-contact.ts';
import { importChunk } from '../../../shared/imports/import-chunk.ts';
import { contactJobKeys } from '../../../shared/platform/table/contact-keys.ts';
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

test('contacts that an import overwrote are again what they were, unless they were changed since', async () => {
  const job = anImporter(table);
  const { jobs, caller, contacts, services, stored } = anOrganizationWithJobs(table, job.organizationId);
  const ids = await contacts([
    { firstName: 'Ann', phone: '2025550100', tags: ['old'] },
    { firstName: 'Ben', phone: '2025550101' },
    { firstName: 'Same', phone: '2025550102' },
  ]);
  const file = 'name,phone,city,tags\nAnna,2025550100,Oslo,new\nBenno,2025550101,Rome,\nSame,2025550102,,\n';
  const { id } = await job.imported(file, { duplicates: 'overwrite' });
  const changed = await stored(ids);
  await updateContact(services, caller, ids[1] ?? '', { notes: 'Called' });

  const undo = await jobs.undoImport(caller, id);

  const [ann, ben, same] = await stored(ids);
  expect(changed.map(({ firstName }) => firstName)).toEqual(['Anna', 'Benno', 'Same']);
  expect(ann).toMatchObject({ firstName: 'Ann', tags: ['old'] });
  expect(ann).not.toHaveProperty('city');
  expect(ben).toMatchObject({ firstName: 'Benno', city: 'Rome', notes: 'Called' });
  expect(same).toMatchObject({ firstName: 'Same' });
  expect(undo.errors).toMatchObject([{ contactId: ids[1], code: 'STALE_VERSION' }]);
});

test('an import that changed nothing leaves the one before it to be taken back', async () => {
  const job = anImporter(table);
  const { jobs, caller, contacts, stored } = anOrganizationWithJobs(table, job.organizationId);
  const ids = await contacts([{ firstName: 'Ann', phone: '2025550100' }]);
  const file = 'name,phone\nAnna,2025550100\n';
  const { id } = await job.imported(file, { duplicates: 'overwrite' });
  await job.imported(file, { duplicates: 'overwrite' });

  const undo = await jobs.undoImport(caller, id);

  expect(undo).toMatchObject({ status: 'completed', successful: 1, failed: 0 });
  expect(await stored(ids)).toMatchObject([{ firstName: 'Ann' }]);
});

test('what somebody changed between two rows of an import is not taken back with it', async () => {
  const job = anImporter(table, { rows: 1 });
  const { jobs, caller, contacts, services, stored } = anOrganizationWithJobs(table, job.organizationId);
  const ids = await contacts([{ firstName: 'Ann', phone: '2025550100' }]);
  const id = await job.planned('name,phone\nFirst,2025550100\nLater,2025550100\n', { duplicates: 'overwrite' });
  const [first, later] = job.queue.splice(0);
  if (!first || !later) throw new Error('Two chunks were expected');
  await importChunk(job.services, later);
  await updateContact(services, caller, ids[0] ?? '', { notes: 'Called', city: 'Rome' });
  await importChunk(job.services, first);
  expect(await stored(ids)).toMatchObject([{ firstName: 'First', city: 'Rome', notes: 'Called' }]);

  await jobs.undoImport(caller, id);

  expect(await stored(ids)).toMatchObject([{ firstName: 'Later', city: 'Rome', notes: 'Called' }]);
});

test('what an import overwrote is forgotten with its contact', async () => {
  const job = anImporter(table);
  const { caller, contacts, services } = anOrganizationWithJobs(table, job.organizationId);
  const [contactId = ''] = await contacts([{ firstName: 'Ann', phone: '2025550100' }]);
  const { id } = await job.imported('name,phone\nAnna,2025550100\n', { duplicates: 'overwrite' });
  const trace = () => table.get(contactJobKeys.trace(job.organizationId, id, contactId));
  expect(await trace()).toMatchObject({ was: { firstName: 'Ann' } });

  const next = await job.imported('name,phone\nAnnika,2025550100\n', { duplicates: 'overwrite' });
  const nextTrace = () => table.get(contactJobKeys.trace(job.organizationId, next.id, contactId));
  expect(await trace()).toBeUndefined();
  expect(await nextTrace()).toMatchObject({ was: { firstName: 'Anna' } });

  await deleteContact(services, caller, contactId);

  expect(await nextTrace()).toBeUndefined();
});
