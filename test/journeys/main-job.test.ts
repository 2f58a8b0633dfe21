import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ApiClient } from '../../lib/api-client.ts';
import { contactListRoutes } from '../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../shared/contacts/routes.ts';
import { dncRoutes } from '../../shared/dnc/routes.ts';
import { importFile } from '../support/import-file.ts';
import { runCampaign, targetsOf } from '../support/run-campaign.ts';
import { signUp } from '../support/sign-up.ts';
import { connectProvider } from '../support/simulated-provider.ts';
import { waitFor } from '../support/wait-for.ts';

/** As a spreadsheet saves it: a byte order mark, CRLF, quoted commas, quotes and line breaks. */
const spreadsheet = [
  '\uFEFFFirst Name,Last Name,Mobile Phone,E-mail,Company',
  '"Ada ""the first""",Abara,(202) 555-0101,,"Abara, Ada & Co."',
  'Ben,Brook,202.555.0102,BEN@example.com,',
  'Chloé,Castro,+1 202 555 0103,,"Two\r\nlines"',
  'Dev,Dunn,1-202-555-0104,,',
  'Ben again,Brook,+12025550102,,',
  'Nobody,,555-CALL,,',
  ',,,,',
  'No,Phone,,,',
  'Ada again,Abara,="2025550101",,',
  'Short,Number,555-0199,,',
  '',
].join('\r\n');

const startScrub = async (api: ApiClient, listId: string) => {
  const { data } = await api.call(dncRoutes.startScrub, {
    body: { contactListIds: [listId], options: { createCleanList: true, cleanListName: 'Clean' } },
  });
  return waitFor(
    'the scrub',
    async () => (await api.call(dncRoutes.getScrub, { params: { jobId: data.scrubJobId } })).data,
    ({ status }) => status !== 'processing',
  );
};

const body = 'Hi {{firstName|there}}, doors open at 6. Reply STOP to opt out.';

test('a file is imported row by row, scrubbed, texted, and a STOP is obeyed', { timeout: 120_000 }, async () => {
  const { api } = await signUp();
  const provider = await connectProvider(api);
  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'Voters' } });

  const job = await importFile(api, { name: 'voters.csv', content: spreadsheet, listId: list.id });
  const { data: contacts } = await api.call(contactRoutes.listContacts, { query: { listId: list.id } });

  expect(job).toMatchObject({ status: 'completed', progress: 100, failure: null, listId: list.id });
  expect(job.results).toEqual({
    totalRows: 9,
    validContacts: 6,
    invalidContacts: 3,
    duplicates: 2,
    imported: 4,
    skipped: 5,
  });
  expect(job.validationErrors).toMatchObject([
    { row: 7, field: 'phone', code: 'PHONE_HAS_LETTERS', data: { 'First Name': 'Nobody', 'Mobile Phone': '555-CALL' } },
    { row: 9, field: 'phone', code: 'PHONE_MISSING', data: { 'First Name': 'No', 'Last Name': 'Phone' } },
    { row: 11, field: 'phone', code: 'PHONE_TOO_SHORT', data: { 'First Name': 'Short' } },
  ]);
  expect(contacts.map(({ firstName, company, phone, email }) => [firstName, company, phone, email]).toSorted()).toEqual(
    [
      ['Ada "the first"', 'Abara, Ada & Co.', '+12025550101', null],
      ['Ben', null, '+12025550102', 'ben@example.com'],
      ['Chloé', expect.stringMatching(/^Two\s+lines$/), '+12025550103', null],
      ['Dev', null, '+12025550104', null],
    ],
  );

  const { data: dncList } = await api.call(dncRoutes.createDncList, { body: { name: 'Asked by phone' } });
  await api.call(dncRoutes.createDncEntry, { body: { listId: dncList.id, phoneNumber: '(202) 555-0104' } });
  const scrub = await startScrub(api, list.id);

  expect(scrub).toMatchObject({
    status: 'completed',
    totalContacts: 4,
    checkedContacts: 4,
    matchedDNC: 1,
    cleanContacts: 3,
    complianceRate: 75,
    listsChecked: ['Asked by phone'],
  });

  const first = await runCampaign(api, { listIds: [scrub.cleanListId ?? ''], body });

  expect(first.counts).toMatchObject({ total: 3, delivered: 3 });
  expect((await provider.sent()).map(({ to, body: text, status }) => [to, text, status]).toSorted()).toEqual([
    ['+12025550101', 'Hi Ada "the first", doors open at 6. Reply STOP to opt out.', 'delivered'],
    ['+12025550102', 'Hi Ben, doors open at 6. Reply STOP to opt out.', 'delivered'],
    ['+12025550103', 'Hi Chloé, doors open at 6. Reply STOP to opt out.', 'delivered'],
  ]);

  const { webhook, answers } = await provider.reply('+12025550103', 'Stop.');
  const second = await runCampaign(api, { listIds: [list.id], body });
  const targets = await targetsOf(api, second.campaignId);

  expect([webhook?.ok, answers.length]).toEqual([true, 1]);
  expect(second.counts).toMatchObject({ total: 4, delivered: 2, blocked: { opted_out: 1, dnc: 1 } });
  expect(targets.map(({ phone, status, reason }) => [phone, status, reason]).toSorted()).toEqual([
    ['+12025550101', 'delivered', null],
    ['+12025550102', 'delivered', null],
    ['+12025550103', 'blocked', 'opted_out'],
    ['+12025550104', 'blocked', 'dnc'],
  ]);
  expect(targets.find(({ reason }) => reason === 'dnc')?.detail).toBe('Asked by phone');
  expect(await provider.sent()).toHaveLength(5);

  const again = await importFile(api, { name: 'voters.csv', content: spreadsheet, listId: list.id });

  expect(again.results).toMatchObject({ totalRows: 9, validContacts: 6, duplicates: 6, imported: 0 });
});

/** 1,312 office addresses of the US Congress, in the public domain; not part of this repository. */
const offices = join(import.meta.dirname, '../../../shared/data/district-offices.csv');

describe.skipIf(!existsSync(offices))('the district offices of Congress', () => {
  test('are 1,204 contacts, everyone of whom is texted once; imported again they are nobody', {
    timeout: 180_000,
  }, async () => {
    const { api } = await signUp();
    const provider = await connectProvider(api);
    const file = { name: 'district-offices.csv', content: new Uint8Array(readFileSync(offices)) };

    const job = await importFile(api, { ...file, listName: 'Offices' });
    const again = await importFile(api, file);
    const { counts } = await runCampaign(api, { listIds: [job.listId ?? ''], body });

    const offered = { totalRows: 1312, validContacts: 1280, invalidContacts: 32 };
    expect(job.results).toEqual({ ...offered, duplicates: 76, imported: 1204, skipped: 108 });
    expect(again.results).toEqual({ ...offered, duplicates: 1280, imported: 0, skipped: 1312 });
    expect(counts).toMatchObject({ total: 1204, delivered: 1204 });
    const sent = await provider.sent();
    expect([sent.length, new Set(sent.map(({ to }) => to)).size]).toEqual([1204, 1204]);
  });
});
