import { describe, expect, test } from 'vitest';
import { consentRemovals, moveConsents } from '../../../shared/consents/leave-consents.ts';
import { listConsents } from '../../../shared/consents/list-consents.ts';
import { recordConsent } from '../../../shared/consents/record-consent.ts';
import { createContact } from '../../../shared/contacts/create-contact.ts';
import { deleteContact } from '../../../shared/contacts/delete-contact.ts';
import { updateContact } from '../../../shared/contacts/update-contact.ts';
import { openGate } from '../../../shared/messages/gate.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { consentKeys } from '../../../shared/platform/table/contact-keys.ts';
import type { Table } from '../../../shared/platform/table/table.ts';
import { aCaller } from '../../support/a-caller.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';

const table = await localTable();
const services = { table, clock: systemClock, ids: systemIds };

const setUp = () => {
  const caller = aCaller(anOrganization());
  const { organizationId } = caller;
  return {
    caller,
    organizationId,
    create: (phone: string) => createContact(services, caller, { phone }),
    record: (contactId: string, source: string, over: Partial<Parameters<typeof recordConsent>[3]> = {}) =>
      recordConsent(services, caller, contactId, { status: 'granted', source, ...over }),
    remove: (contactId: string, on: Table = table) => deleteContact({ ...services, table: on }, caller, contactId),
    sourcesOf: async (contactId: string) =>
      (await listConsents(table, caller, contactId, { page: 1, limit: 100 })).data.map(({ source }) => source),
    /** What the table holds, whether or not there is a contact. */
    stored: async () =>
      (
        await Promise.all(consentKeys.buckets(organizationId).map((pk) => table.query({ pk, consistent: true })))
      ).flatMap(({ items }) => items),
    optOutOf: async (phone: string) => (await openGate(table, organizationId).optOuts([phone])).get(phone),
  };
};

const untilDead = (work: Promise<unknown>) =>
  work.catch((error: unknown) => {
    expect(error).toBeInstanceOf(Killed);
  });

describe('a revocation', () => {
  test('opts out the phone that the contact has, and no consent after it opts the phone in', async () => {
    const { create, record, optOutOf, sourcesOf } = setUp();
    const contact = await create('(202) 555-0123');

    await record(contact.id, 'Phone call', { status: 'revoked' });
    await record(contact.id, 'Web form');

    expect(await optOutOf('+12025550123')).toMatchObject({ by: 'organization', matchedBy: 'revocation' });
    expect(await sourcesOf(contact.id)).toEqual(['Web form', 'Phone call']);
  });

  test('leaves the opt-out that stands, and a consent shuts nothing', async () => {
    const { organizationId, create, record, optOutOf } = setUp();
    const [one, other] = [await create('(202) 555-0123'), await create('(202) 555-0124')];
    await openGate(table, organizationId).shutByProvider('+12025550123', '2026-01-01T00:00:00.000Z');

    await record(one.id, 'Phone call', { status: 'revoked' });
    await record(other.id, 'Web form');

    expect(await optOutOf('+12025550123')).toMatchObject({ by: 'provider' });
    expect(await optOutOf('+12025550124')).toBeUndefined();
  });
});

test('a consent that meets a change of the phone is for the phone that the contact then has', async () => {
  const { caller, create, record } = setUp();
  const contact = await create('(202) 555-0123');
  const racing: Table = {
    ...table,
    transact: async (writes) => {
      await updateContact(services, caller, contact.id, { phone: '(202) 555-0124' });
      return table.transact(writes);
    },
  };

  const consent = await recordConsent({ ...services, table: racing }, caller, contact.id, {
    status: 'granted',
    source: 'Web form',
  });

  expect(consent.phone).toBe('+12025550124');
  expect((await record(contact.id, 'Again')).phone).toBe('+12025550124');
});

describe('deleting a contact', () => {
  test('takes its consents along, those too that come in between, and leaves those of others', async () => {
    const { create, record, remove, stored } = setUp();
    const [leaving, staying] = [await create('(202) 555-0123'), await create('(202) 555-0124')];
    for (let index = 0; index < 14; index += 1) await record(leaving.id, `Form ${index}`);
    await record(staying.id, 'Stays');
    const racing: Table = {
      ...table,
      transact: async (writes, token) => {
        await record(leaving.id, 'Late');
        return table.transact(writes, token);
      },
    };

    await remove(leaving.id, racing);

    expect((await stored()).map(({ source }) => source)).toEqual(['Stays']);
  });

  test('that dies at any of its calls and is asked for again leaves no consent behind', async () => {
    for (const when of ['before', 'after'] as const)
      for (let nth = 1; nth < 16; nth += 1) {
        const { create, record, remove, stored } = setUp();
        const contact = await create('(202) 555-0123');
        for (let index = 0; index < 13; index += 1) await record(contact.id, `Form ${index}`);

        await untilDead(remove(contact.id, dyingTable(table, nth, when).table));
        await remove(contact.id).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'NOT_FOUND' });
        });

        expect(await stored()).toEqual([]);
      }
  });

  test('deletes beforehand only what one transaction cannot hold', async () => {
    const { organizationId, create, record, sourcesOf } = setUp();
    const contact = await create('(202) 555-0123');
    for (let index = 0; index < 5; index += 1)
      await record(contact.id, `Form ${index}`, { givenAt: `2026-01-0${index + 1}T00:00:00Z` });

    const writes = await consentRemovals(table, organizationId, contact.id, 3);

    expect(writes).toHaveLength(3);
    expect(await sourcesOf(contact.id)).toEqual(['Form 4', 'Form 3', 'Form 2']);
  });
});

describe('moving consents', () => {
  test('that dies at any of its calls and is repeated gives each to the other contact, once', async () => {
    for (const when of ['before', 'after'] as const)
      for (const nth of [1, 2, 4, 6, 9, 11, 13]) {
        const { organizationId, create, record, sourcesOf, stored } = setUp();
        const [from, to] = [await create('(202) 555-0123'), await create('(202) 555-0124')];
        for (let index = 0; index < 5; index += 1) await record(from.id, `Form ${index}`);
        await record(to.id, 'Own');
        const before = await stored();

        await untilDead(moveConsents(dyingTable(table, nth, when).table, organizationId, from.id, to.id));
        await moveConsents(table, organizationId, from.id, to.id);

        expect(await sourcesOf(from.id)).toEqual([]);
        expect(proofsOf(await stored())).toEqual(proofsOf(before));
        expect((await sourcesOf(to.id)).toSorted()).toEqual(
          ['Form 0', 'Form 1', 'Form 2', 'Form 3', 'Form 4', 'Own'].toSorted(),
        );
      }
  });

  test('of a contact to itself changes nothing', async () => {
    const { organizationId, create, record, sourcesOf } = setUp();
    const contact = await create('(202) 555-0123');
    await record(contact.id, 'Web form');

    await moveConsents(table, organizationId, contact.id, contact.id);

    expect(await sourcesOf(contact.id)).toEqual(['Web form']);
  });
});

/** The consents without whose they are. */
const proofsOf = (items: readonly Record<string, unknown>[]) =>
  items
    .map(({ pk: _pk, sk: _sk, contactId: _contactId, ...consent }) => consent)
    .toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
