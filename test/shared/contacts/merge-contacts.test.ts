import { describe, expect, test } from 'vitest';
import { listConsents } from '../../../shared/consents/list-consents.ts';
import { recordConsent } from '../../../shared/consents/record-consent.ts';
import { openAudience } from '../../../shared/contact-lists/audience.ts';
import { listManagement } from '../../../shared/contact-lists/manage-lists.ts';
import type { NewContact } from '../../../shared/contacts/contact.ts';
import { createContact } from '../../../shared/contacts/create-contact.ts';
import { deleteContact } from '../../../shared/contacts/delete-contact.ts';
import { contactsByIds } from '../../../shared/contacts/find-contacts.ts';
import { listContacts } from '../../../shared/contacts/list-contacts.ts';
import { mergeInto } from '../../../shared/contacts/merge-contacts.ts';
import { updateContact } from '../../../shared/contacts/update-contact.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import type { Table } from '../../../shared/platform/table/table.ts';
import { aCaller } from '../../support/a-caller.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { holdersOf } from '../../support/holders.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';
import { memoryObjects } from '../../support/memory-objects.ts';

const table = await localTable();

const anOrganizationWithContacts = () => {
  const organizationId = anOrganization();
  const caller = aCaller(organizationId);
  const servicesOn = (on: Table) => ({ table: on, clock: systemClock, ids: systemIds });
  const audience = openAudience(table, memoryObjects(), organizationId);
  const find = async (search: string) => listContacts(table, audience, caller, { page: 1, limit: 50, search });
  return {
    organizationId,
    caller,
    make: async (body: NewContact) => (await createContact(servicesOn(table), caller, body)).id,
    change: (id: string, body: Parameters<typeof updateContact>[3]) =>
      updateContact(servicesOn(table), caller, id, body),
    remove: (id: string) => deleteContact(servicesOn(table), caller, id),
    merge: (id: string, others: string[], on = table) => mergeInto(servicesOn(on), caller, id, others),
    found: async (search: string) => (await find(search)).data.map(({ id }) => id),
    total: async () => (await find('nobody')).filters,
    stored: (ids: readonly string[]) => contactsByIds(table, organizationId, ids),
    holders: (phones: string[], emails: string[] = []) => holdersOf(table, organizationId, phones, emails),
    consent: (id: string, source: string) =>
      recordConsent(servicesOn(table), caller, id, { status: 'granted', source }),
    consents: async (id: string) =>
      (await listConsents(table, caller, id, { page: 1, limit: 50 })).data.map(({ source, phone }) => [source, phone]),
    newList: async (name: string) => (await listManagement(servicesOn(table)).create(caller, { name })).id,
    members: async (listId: string) => ({
      count: await audience.countMembers(listId),
      members: (await audience.page({ listIds: [listId], limit: 50 })).members,
    }),
  };
};

const [phoneA, phoneB, phoneC] = ['+12025550101', '+12025550102', '+12025550103'] as const;

describe('merged contacts', () => {
  test('are one, found by whatever each was found by, which stays unique until it is deleted', async () => {
    const { make, merge, found, stored, holders, total, remove } = anOrganizationWithContacts();
    const old = await make({
      phone: phoneA,
      email: 'jo.lee@example.com',
      firstName: 'Jo',
      city: 'Oslo',
      tags: ['old'],
    });
    const id = await make({
      phone: phoneB,
      email: 'jo@example.com',
      firstName: 'Joan',
      lastName: 'Lee',
      tags: ['new'],
    });

    const merged = await merge(id, [old]);

    expect(merged).toMatchObject({
      id,
      firstName: 'Joan',
      city: 'Oslo',
      phone: phoneB,
      email: 'jo@example.com',
      otherPhones: [phoneA],
      otherEmails: ['jo.lee@example.com'],
      tags: ['new', 'old'],
    });
    expect((await stored([old, id])).map((one) => one.id)).toEqual([id]);
    for (const search of ['0101', '0102', 'jo', 'jo.l', 'jo@', 'lee'])
      expect(await found(search), search).toEqual([id]);
    expect(await found('jo ')).toEqual([id]);
    expect(await total()).toMatchObject({ totalContacts: 1, activeContacts: 1 });
    await expect(make({ phone: phoneA })).rejects.toMatchObject({ code: 'DUPLICATE', details: { contactId: id } });
    await remove(id);
    expect(await holders([phoneA, phoneB], ['jo.lee@example.com', 'jo@example.com'])).toEqual([]);
  });

  test('keep the id that was named, though another was newer', async () => {
    const { make, merge } = anOrganizationWithContacts();
    const id = await make({ phone: phoneA, firstName: 'Old', city: 'Oslo' });
    const newer = await make({ phone: phoneB, firstName: 'New' });

    expect(await merge(id, [newer])).toMatchObject({ id, firstName: 'New', city: 'Oslo', phone: phoneB });
  });

  test('are in the lists of all, each counted once, with the phone that is written to', async () => {
    const { make, merge, newList, members } = anOrganizationWithContacts();
    const [both, one, none] = [await newList('Both'), await newList('One'), await newList('None')];
    const id = await make({ email: 'a@example.com', listIds: [both] });
    const other = await make({ phone: phoneA, listIds: [both, one] });

    await merge(id, [other]);

    for (const listId of [both, one])
      expect(await members(listId)).toMatchObject({ count: 1, members: [{ contactId: id, phone: phoneA }] });
    expect((await members(none)).count).toBe(0);
  });

  test('take a number of theirs as their own, or drop it for others to have, and take no new one', async () => {
    const { make, merge, change, holders } = anOrganizationWithContacts();
    const id = await make({ phone: phoneA });
    await merge(id, [await make({ email: 'a@example.com', phone: phoneB }), await make({ phone: phoneC })]);

    expect(await change(id, { phone: phoneB })).toMatchObject({ phone: phoneB, otherPhones: [phoneA] });
    await expect(change(id, { otherPhones: ['+12025550199'] })).rejects.toMatchObject({
      details: { field: 'otherPhones' },
    });
    expect(await change(id, { otherPhones: [] })).toMatchObject({ otherPhones: [], otherEmails: [] });
    expect(await holders([phoneA, phoneB, phoneC])).toEqual([id]);
    await expect(make({ phone: phoneC })).resolves.toBeDefined();
  });

  test('may be in more lists than one transaction holds', async () => {
    const { make, merge, change, newList, members, stored, remove } = anOrganizationWithContacts();
    const lists: string[] = [];
    for (let index = 0; index < 45; index += 1) lists.push(await newList(`L${index}`));
    const id = await make({ email: 'a@example.com', listIds: lists.slice(0, 5) });
    const other = await make({ phone: phoneA, listIds: lists.slice(3, 40) });
    await change(other, { listIds: lists.slice(3) });
    await merge(id, [other]);

    expect(Object.keys((await stored([id]))[0]?.lists ?? {})).toHaveLength(45);
    for (const listId of lists)
      expect(await members(listId)).toMatchObject({ count: 1, members: [{ contactId: id, phone: phoneA }] });
    await remove(id);
    expect((await members(lists[44] ?? '')).count).toBe(0);
  });

  test('have all the consents that any of them gave, each for the phone that it was given for', async () => {
    const { make, merge, consent, consents } = anOrganizationWithContacts();
    const [id, other] = [await make({ phone: phoneA }), await make({ phone: phoneB })];
    await consent(id, 'Own');
    for (let index = 0; index < 12; index += 1) await consent(other, `Form ${index}`);

    await merge(id, [other]);

    const all = await consents(id);
    expect(all).toHaveLength(13);
    expect(all.filter(([, phone]) => phone === phoneB)).toHaveLength(12);
  });

  test('that are gone already are no error to whoever repeats the merge, and strangers are', async () => {
    const { make, merge } = anOrganizationWithContacts();
    const [id, other] = [await make({ phone: phoneA }), await make({ phone: phoneB })];
    const once = await merge(id, [other]);

    expect(await merge(id, [other])).toEqual(once);
    await expect(merge(id, [systemIds.random()])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(merge(other, [id])).resolves.toMatchObject({ id });
  });

  test('lose nobody and count right, whenever the worker dies', async () => {
    for (let nth = 1; nth <= 11; nth += 1)
      for (const when of ['before', 'after'] as const) {
        const { make, merge, stored, holders, total, newList, members, consent, consents } =
          anOrganizationWithContacts();
        const list = await newList('L');
        const oldest = await make({ phone: phoneA, city: 'Oslo', listIds: [list] });
        const old = await make({ phone: phoneB, email: 'b@example.com', lastName: 'Lee', status: 'inactive' });
        const id = await make({ phone: phoneC, listIds: [list] });
        await consent(old, 'Web form');

        await merge(id, [oldest, old], dyingTable(table, nth, when).table).catch((error: unknown) => {
          expect(error).toBeInstanceOf(Killed);
        });
        const half = await stored([oldest, old, id]);
        expect(await holders([phoneA, phoneB, phoneC], ['b@example.com'])).toHaveLength(half.length);
        await merge(id, [oldest, old]);

        expect(await stored([oldest, old, id])).toMatchObject([{ id, phone: phoneC, city: 'Oslo', lastName: 'Lee' }]);
        expect(await holders([phoneA, phoneB, phoneC], ['b@example.com'])).toEqual([id]);
        expect(await total()).toMatchObject({ totalContacts: 1, activeContacts: 1, inactiveContacts: 0 });
        expect(await members(list)).toMatchObject({ count: 1, members: [{ contactId: id }] });
        expect(await consents(id)).toEqual([['Web form', phoneB]]);
      }
  });

  test('are one, however many merge them at once', async () => {
    const { make, merge, stored, holders, total } = anOrganizationWithContacts();
    const ids = [await make({ phone: phoneA }), await make({ phone: phoneB }), await make({ phone: phoneC })];

    const answers = await Promise.allSettled(ids.map((id) => merge(id, ids)));

    expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true);
    const left = await stored(ids);
    expect(await total()).toMatchObject({ totalContacts: left.length });
    expect((await holders([phoneA, phoneB, phoneC])).toSorted()).toEqual(left.map(({ id }) => id).toSorted());
  });
});
