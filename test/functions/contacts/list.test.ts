import { expect, test } from 'vitest';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { signUp } from '../../support/sign-up.ts';

test('contacts are searched, filtered and sorted by what the address says', async () => {
  const { api, send, session } = await signUp();
  const manager = session.user.id;
  const bodies = [
    { firstName: 'Ann', lastName: 'Zimmer', phone: '2025550101', tags: ['vip', 'new'], leadStatus: 'Won' },
    { firstName: 'Ben', lastName: 'Young', phone: '2025550102', tags: ['vip'], assignedManagerId: manager },
    { firstName: 'Cem', lastName: 'Annan', phone: '3105550103', status: 'inactive' as const, timeZone: 'Europe/Rome' },
  ];
  for (const body of bodies) await api.call(contactRoutes.createContact, { body });
  const found = async (query: string) => {
    const { body } = await send('GET', `/leads?${query}`);
    return contactRoutes.listContacts.returns.parse(body).data.map(({ firstName }) => firstName);
  };

  expect((await found('search=ann')).toSorted()).toEqual(['Ann', 'Cem']);
  expect(await found('search=ann&status=active')).toEqual(['Ann']);
  expect(await found('search=0103')).toEqual(['Cem']);
  expect(await found('tags=vip,new')).toEqual(['Ann']);
  expect(await found('leadStatus=won')).toEqual(['Ann']);
  expect(await found(`assignedTo=${manager}`)).toEqual(['Ben']);
  expect(await found('sort=lastName')).toEqual(['Cem', 'Ben', 'Ann']);
  expect(await found('sort=-lastName')).toEqual(['Ann', 'Ben', 'Cem']);
  expect(await found('updatedSince=2026-01-01T00:00:00Z&sort=-updatedAt&limit=1')).toEqual(['Cem']);
  const { data } = await api.call(contactRoutes.listContacts, { query: { sort: 'firstName', activity: 'true' } });
  expect(
    data.map(({ state, stateSource, timeZone, timeZoneSource }) => [state, stateSource, timeZone, timeZoneSource]),
  ).toEqual([
    ['DC', 'area-code', 'America/New_York', 'area-code'],
    ['DC', 'area-code', 'America/New_York', 'area-code'],
    ['CA', 'area-code', 'Europe/Rome', 'given'],
  ]);
  expect(data.map(({ contactCount }) => contactCount)).toEqual([0, 0, 0]);
});

test('what a list can’t be asked is refused with the parameter’s name', async () => {
  const { send } = await signUp();
  const refused = await Promise.all(
    ['sort=shoeSize', 'search=', 'tags=', 'updatedSince=yesterday', 'assignedTo=me', 'status=gone', 'activity=1'].map(
      (query) => send('GET', `/contacts?${query}`),
    ),
  );

  expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 422));
  expect(refused.map(({ body }) => body)).toMatchObject(
    ['sort', 'search', 'tags.0', 'updatedSince', 'assignedTo', 'status', 'activity'].map((field) => ({
      error: { details: { field } },
    })),
  );
});

test('whoever looks after a contact has to sign in here', async () => {
  const { send } = await signUp();

  const refused = await send('POST', '/contacts', { phone: '2025550101', assignedManagerId: systemIds.random() });

  expect(refused).toMatchObject({ status: 422, body: { error: { details: { field: 'assignedManagerId' } } } });
});
