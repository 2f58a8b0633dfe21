import { describe, expect, test } from 'vitest';
import { listAuditLogs } from '../../../shared/audit-logs/list-audit-logs.ts';
import { recordConsent } from '../../../shared/consents/record-consent.ts';
import { listManagement } from '../../../shared/contact-lists/manage-lists.ts';
import { contactStore } from '../../../shared/contacts/contact-store.ts';
import { createContact } from '../../../shared/contacts/create-contact.ts';
import { deleteContact } from '../../../shared/contacts/delete-contact.ts';
import { mergeInto } from '../../../shared/contacts/merge-contacts.ts';
import { updateContact } from '../../../shared/contacts/update-contact.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { auditKeys } from '../../../shared/platform/table/keys.ts';
import type { Table } from '../../../shared/platform/table/table.ts';
import { aCaller } from '../../support/a-caller.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';
import { phoneAt } from '../../support/made-up-phones.ts';
import { itemsOf } from '../../support/stack-table.ts';

const table = await localTable();
const services = { table, clock: systemClock, ids: systemIds };

const setUp = () => {
  const caller = aCaller(anOrganization());
  const { organizationId } = caller;
  return {
    caller,
    organizationId,
    create: async (body: Parameters<typeof createContact>[2]) => (await createContact(services, caller, body)).id,
    change: (id: string, body: Parameters<typeof updateContact>[3]) => updateContact(services, caller, id, body),
    consent: (id: string) =>
      recordConsent(services, caller, id, { status: 'granted', source: 'Web form', ip: '198.51.100.7' }),
    merge: (id: string, others: string[]) => mergeInto(services, caller, id, others),
    remove: (id: string, on: Table = table, clock = systemClock) =>
      deleteContact({ ...services, table: on, clock }, caller, id),
    newList: async (name: string) => (await listManagement(services).create(caller, { name })).id,
    log: async () => (await listAuditLogs(table, caller, { page: 1, limit: 100 })).data,
    kept: () => itemsOf(table, auditKeys.personalBuckets(organizationId)),
  };
};

/** The table, and how many writes its largest transaction had. */
const measured = () => {
  let most = 0;
  const on: Table = {
    ...table,
    transact: (writes, token) => {
      most = Math.max(most, writes.length);
      return table.transact(writes, token);
    },
  };
  return { on, most: () => most };
};

test('the log says of a contact that stands what it was and became, whole', async () => {
  const { create, change, consent, merge, log } = setUp();
  const other = await create({ phone: phoneAt(1), firstName: 'Jo', customFields: { score: 7 } });
  const id = await create({ phone: phoneAt(2), firstName: 'Jane', tags: ['vip'] });
  await change(id, { firstName: 'Janet', leadStatus: 'warm' });
  await consent(id);
  await merge(id, [other]);

  expect(await log()).toMatchObject([
    {
      action: 'contact_merged',
      erased: false,
      after: { otherPhones: [phoneAt(1)], customFields: { score: 7 }, merged: { ids: [other] } },
      details: { absorbed: { id: other, firstName: 'Jo', phone: phoneAt(1), status: 'active' } },
    },
    { action: 'consent_recorded', erased: false, details: { phone: phoneAt(2), ip: '198.51.100.7', kind: null } },
    {
      action: 'contact_updated',
      erased: false,
      before: { firstName: 'Jane' },
      after: { firstName: 'Janet', leadStatus: 'warm' },
    },
    { action: 'contact_created', resourceId: id, after: { phone: phoneAt(2), tags: ['vip'] } },
    { action: 'contact_created', resourceId: other, after: { firstName: 'Jo' } },
  ]);
});

describe('deleting a contact', () => {
  test('erases what the log said of it and of those that it took in; who did what when stays', async () => {
    const { caller, create, change, merge, remove, log, kept } = setUp();
    const [first, second, third] = [
      await create({ phone: phoneAt(1) }),
      await create({ phone: phoneAt(2), status: 'inactive' }),
      await create({ phone: phoneAt(3) }),
    ];
    const staying = await create({ phone: phoneAt(4), firstName: 'Sam' });
    await merge(second, [first]);
    await merge(third, [second]);
    await change(third, { notes: 'Calls at night', assignedManagerId: null, leadStatus: 'cold' });

    await remove(third);

    expect((await kept()).map(({ after }) => after)).toEqual([expect.objectContaining({ firstName: 'Sam' })]);
    const entries = (await log()).toReversed();
    expect(entries.map(({ action, resourceId, erased }) => [action, resourceId, erased])).toEqual([
      ['contact_created', first, true],
      ['contact_created', second, true],
      ['contact_created', third, true],
      ['contact_created', staying, false],
      ['contact_merged', second, true],
      ['contact_merged', third, true],
      ['contact_updated', third, true],
      ['contact_deleted', third, true],
    ]);
    expect(entries[1]).toMatchObject({ userId: caller.userId, after: { phone: null, status: 'inactive' } });
    expect(entries[5]).toMatchObject({ details: { absorbed: { id: second, phone: null } } });
    expect(entries[6]).toMatchObject({ after: { notes: null, leadStatus: 'cold' } });
    expect(entries[7]).toMatchObject({ before: { phone: null, otherPhones: null, notes: null, status: 'active' } });
  });

  test('that was merged erases nothing: it goes with whoever took it in', async () => {
    const { create, merge, remove, kept } = setUp();
    const [id, other] = [await create({ phone: phoneAt(1) }), await create({ phone: phoneAt(2) })];
    await merge(id, [other]);
    const before = await kept();

    await expect(remove(other)).rejects.toMatchObject({ code: 'NOT_FOUND' });

    expect(await kept()).toEqual(before);
  });

  test('erases what came in between as well', async () => {
    const { create, consent, remove, kept } = setUp();
    const id = await create({ phone: phoneAt(1) });
    const racing: Table = {
      ...table,
      transact: async (writes, token) => {
        await consent(id);
        return table.transact(writes, token);
      },
    };

    await remove(id, racing);

    expect(await kept()).toEqual([]);
  });

  test('that dies at any of its calls and is asked for again leaves nothing in the log, what came in between neither', async () => {
    for (const when of ['before', 'after'] as const)
      for (let nth = 1; nth <= 12; nth += 1) {
        const { create, change, consent, merge, remove, kept } = setUp();
        const id = await create({ phone: phoneAt(1) });
        await merge(id, [await create({ email: 'jo@example.com' })]);
        await change(id, { firstName: 'Jane' });
        const { table: dying } = dyingTable(table, nth, when);
        const racing: Table = {
          ...dying,
          transact: async (writes, token) => {
            await consent(id);
            return dying.transact(writes, token);
          },
        };

        await remove(id, racing).catch((error: unknown) => {
          expect(error).toBeInstanceOf(Killed);
        });
        await remove(id).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'NOT_FOUND' });
        });

        expect(await kept(), `${when} call ${nth}`).toEqual([]);
      }
  });

  test('that has all that a contact can have goes in transactions of a hundred writes', async () => {
    const { caller, organizationId, create, change, consent, merge, remove, newList, kept } = setUp();
    const lists: string[] = [];
    for (let index = 0; index < 30; index += 1) lists.push(await newList(`List ${index}`));
    const whole = { firstName: 'Jane', lastName: 'Lee', company: 'Acme' };
    const id = await create({ phone: phoneAt(0), email: 'a0@example.com', listIds: lists, ...whole });
    for (const index of [1, 2])
      await merge(id, [await create({ phone: phoneAt(index), email: `a${index}@example.com` })]);
    for (let index = 0; index < 20; index += 1) await change(id, { notes: `Note ${index}` });
    for (let index = 0; index < 6; index += 1) await consent(id);
    const traced = await contactStore(table, organizationId).get(id);
    if (!traced) throw new Error('No contact');
    await contactStore(table, organizationId).revise({
      before: traced,
      after: { ...traced, traceJob: systemIds.random() },
      joins: [],
      leaves: [],
      by: caller.userId,
    });
    const { on, most } = measured();
    // In a window of its own, the entry comes with a marker.
    const tomorrow = () => new Date(systemClock().getTime() + 24 * 3600_000);

    await remove(id, on, tomorrow);

    expect(most()).toBe(100);
    expect(await kept()).toEqual([]);
  });
});
