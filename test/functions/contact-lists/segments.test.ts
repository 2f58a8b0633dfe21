import { expect, test } from 'vitest';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { dncRoutes } from '../../../shared/dnc/routes.ts';
import { runCampaign, targetsOf } from '../../support/run-campaign.ts';
import { signUp } from '../../support/sign-up.ts';
import { connectProvider } from '../../support/simulated-provider.ts';
import { waitFor } from '../../support/wait-for.ts';

/** An organization with two contacts of a segment, and one beside it. */
const aSegment = async () => {
  const { api, session } = await signUp();
  for (const [phone, tags] of [
    ['2025550101', ['vip']],
    ['2025550102', ['vip']],
    ['2025550103', []],
  ] as const)
    await api.call(contactRoutes.createContact, { body: { phone, firstName: 'Ada', tags: [...tags] } });
  const { data: segment } = await api.call(contactListRoutes.createContactList, {
    body: { name: 'VIPs', filter: { tags: ['vip'] } },
  });
  const membersOf = async (listId: string) =>
    (await api.call(contactListRoutes.listListMembers, { params: { listId } })).data;
  return { api, session, segment, membersOf };
};

test('a campaign writes to whoever is in its segment when it starts', async () => {
  const { api, segment } = await aSegment();
  await connectProvider(api);
  await api.call(contactRoutes.createContact, { body: { phone: '2025550104', tags: ['VIP'] } });

  const { campaignId, counts } = await runCampaign(api, { listIds: [segment.id], body: 'Doors open at 6.' });

  expect(counts.total).toBe(3);
  expect((await targetsOf(api, campaignId)).map(({ phone }) => phone).toSorted()).toEqual([
    '+12025550101',
    '+12025550102',
    '+12025550104',
  ]);
});

test('a segment is scrubbed, and the clean list follows it', async () => {
  const { api, segment, membersOf } = await aSegment();
  const { data: dncList } = await api.call(dncRoutes.createDncList, { body: { name: 'Asked us not to' } });
  await api.call(dncRoutes.createDncEntry, { body: { listId: dncList.id, phoneNumber: '+12025550102' } });

  const { data } = await api.call(dncRoutes.startScrub, {
    body: { contactListIds: [segment.id], options: { createCleanList: true } },
  });
  const { data: scrub } = await waitFor(
    'the scrub',
    () => api.call(dncRoutes.getScrub, { params: { jobId: data.scrubJobId } }),
    ({ data: { status } }) => status !== 'processing',
  );

  expect(scrub).toMatchObject({ status: 'completed', totalContacts: 2, matchedDNC: 1, cleanContacts: 1 });
  expect(await membersOf(scrub.cleanListId ?? '')).toMatchObject([{ phone: '+12025550101', addedAt: null }]);
});

test('members are listed with who added them and when, of a segment without', async () => {
  const { api, session, segment, membersOf } = await aSegment();
  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'Voters' } });
  const { data: contact } = await api.call(contactRoutes.createContact, {
    body: { email: 'acme@example.com', company: 'Acme', listIds: [list.id] },
  });

  const params = { listId: list.id };
  const { data, pagination } = await api.call(contactListRoutes.listListMembers, { params, query: { limit: 1 } });

  expect(data).toEqual([
    {
      contactId: contact.id,
      phone: null,
      name: 'Acme',
      addedAt: contact.createdAt,
      addedBy: { id: session.user.id, name: 'Dana Reyes' },
    },
  ]);
  expect(pagination).toMatchObject({ total: 1, nextCursor: null });
  expect((await membersOf(segment.id)).map(({ name, addedBy }) => [name, addedBy])).toEqual([
    ['Ada', null],
    ['Ada', null],
  ]);
});
