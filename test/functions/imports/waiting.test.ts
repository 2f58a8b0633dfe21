import { expect, test } from 'vitest';
import type { ApiClient } from '../../../lib/api-client.ts';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { importRoutes } from '../../../shared/imports/routes.ts';
import { finishedImport, uploadFile } from '../../support/import-file.ts';
import { signUp } from '../../support/sign-up.ts';
import { waitFor } from '../../support/wait-for.ts';

const csv = 'Who,Cell No.,Sector\nAda,(202) 555-0101,Energy\nBob,202-555-0102,\nAda,2025550101,\nEve,555-CALL,\n';
const mapping = { Who: 'fullName', 'Cell No.': 'phone', Sector: 'customFields.Sector' } as const;

const waitingFile = async (api: ApiClient, options: { listName?: string; mappingId?: string } = {}) => {
  const { jobId } = await uploadFile(api, { name: 'a.csv', content: csv, autoStart: false, ...options });
  await waitFor(
    'the file to be read',
    async () => (await api.call(importRoutes.getImport, { params: { jobId } })).data,
    ({ stage }) => stage === 'ready',
  );
  return jobId;
};

test('a file is uploaded, previewed with counts before anything is written, and executed once', async () => {
  const { api } = await signUp();
  const jobId = await waitingFile(api);
  const call = { params: { jobId }, body: { mapping } };

  const { data: preview } = await waitFor(
    'the counts',
    () => api.call(importRoutes.previewImport, call),
    ({ data }) => data.counts.final,
  );
  const { filters: before } = await api.call(contactRoutes.listContacts, {});
  const body = { mapping, listName: 'Spring', tags: ['spring'], saveMappingAs: 'Canvassers' };
  const executed = await api.call(importRoutes.executeImport, { params: { jobId }, body });
  const again = await api.call(importRoutes.executeImport, { params: { jobId }, body });
  const job = await finishedImport(api, jobId);

  expect(preview.counts).toMatchObject({
    totalRows: 4,
    validContacts: 3,
    invalidContacts: 1,
    duplicates: 1,
    duplicatesInFile: 1,
    duplicatesOfContacts: 0,
    newContacts: 2,
  });
  expect(before.totalContacts).toBe(0);
  expect([executed.data.id, again.data.id]).toEqual([jobId, jobId]);
  expect(job.results).toMatchObject({ totalRows: 4, validContacts: 3, duplicates: 1, imported: 2 });
  const { data: contacts } = await api.call(contactRoutes.listContacts, {});
  expect(contacts.find(({ firstName }) => firstName === 'Ada')).toMatchObject({
    tags: ['spring'],
    customFields: { Sector: 'Energy' },
  });
  const { data: lists } = await api.call(contactListRoutes.listContactLists, {});
  expect(lists).toMatchObject([{ name: 'Spring', contactCount: 2 }]);
});

test('the addresses of leads take the job in their body', async () => {
  const { api } = await signUp();
  const jobId = await waitingFile(api);

  const { data: preview } = await api.call(importRoutes.previewLeadImport, { body: { jobId, mapping } });
  await api.call(importRoutes.executeLeadImport, { body: { jobId, mapping } });
  const job = await finishedImport(api, jobId);

  expect(preview).toMatchObject({ jobId, counts: { totalRows: 4 } });
  expect(job.results.imported).toBe(2);
});

test('a mapping is kept under one name, reused, and deleted', async () => {
  const { api, send } = await signUp();
  const { data: saved } = await api.call(importRoutes.createImportMapping, { body: { name: 'Canvassers', mapping } });

  const twice = await send('POST', '/uploads/mappings', { name: 'CANVASSERS', mapping });
  const { jobId } = await uploadFile(api, { name: 'a.csv', content: csv, mappingId: saved.id });
  const job = await finishedImport(api, jobId);
  const { data: kept } = await api.call(importRoutes.listImportMappings, {});
  await api.call(importRoutes.deleteImportMapping, { params: { mappingId: saved.id } });
  const after = await send('POST', '/uploads/contacts', { filename: 'a.csv', fileSize: 5, mappingId: saved.id });

  expect(twice).toMatchObject({ status: 409, body: { error: { code: 'DUPLICATE', details: { field: 'name' } } } });
  expect(job.results.imported).toBe(2);
  expect(kept).toMatchObject([{ id: saved.id, name: 'Canvassers', mapping }]);
  expect(after).toMatchObject({ status: 422, body: { error: { details: { field: 'mappingId' } } } });
});

test('what is not ready, or is no job, is neither previewed nor executed', async () => {
  const { api, send } = await signUp();
  const theirs = await signUp();
  const { data } = await api.call(importRoutes.startImport, {
    body: { filename: 'a.csv', fileSize: 9, autoStart: false },
  });

  const early = await send('POST', `/uploads/contacts/${data.jobId}/execute`, {});
  const foreign = await theirs.send('POST', '/leads/import/execute', { jobId: data.jobId });
  const both = await send('POST', `/uploads/contacts/${data.jobId}/preview`, { mapping, mappingId: data.jobId });

  expect(early).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
  expect(foreign).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  expect(both).toMatchObject({ status: 422, body: { error: { details: { field: 'mapping' } } } });
});
