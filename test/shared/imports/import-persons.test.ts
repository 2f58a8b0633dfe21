import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Consent } from '../../../shared/consents/consent.ts';
import { listConsents } from '../../../shared/consents/list-consents.ts';
import { openAudience } from '../../../shared/contact-lists/audience.ts';
import { collect, contactSources } from '../../../shared/contacts/contact-sources.ts';
import { createContact } from '../../../shared/contacts/create-contact.ts';
import { deleteContact } from '../../../shared/contacts/delete-contact.ts';
import type { ImportBatch, Person } from '../../../shared/contacts/import-batch.ts';
import { importPersons } from '../../../shared/imports/import-persons.ts';
import { gateStore } from '../../../shared/messages/gate-store.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { consentKeys } from '../../../shared/platform/table/contact-keys.ts';
import type { Table } from '../../../shared/platform/table/table.ts';
import { aCaller } from '../../support/a-caller.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';
import { memoryObjects } from '../../support/memory-objects.ts';

const table = await localTable();
const services = { table, clock: systemClock, ids: systemIds };
const made = '2026-11-20T12:00:00.000Z';
const phoneOf = (index: number) => `+1202555${String(index).padStart(4, '0')}`;

const setUp = () => {
  const caller = aCaller(anOrganization());
  const { organizationId } = caller;
  const gates = gateStore(table, organizationId);
  const aBatch = (over: Partial<ImportBatch> = {}): ImportBatch => ({
    organizationId,
    jobId: systemIds.sequential(),
    part: 0,
    listId: undefined,
    importedBy: caller.userId,
    source: 'import',
    defaultCountry: 'US',
    duplicates: 'skip',
    at: made,
    now: made,
    ...over,
  });
  return {
    caller,
    gates,
    aBatch,
    contacts: async () => {
      const { all } = contactSources(table, organizationId, openAudience(table, memoryObjects(), organizationId));
      return (await collect(all, () => true, { after: undefined, limit: 1000 })).items;
    },
    consentsOf: async (contactId: string) =>
      (await listConsents(table, caller, contactId, { page: 1, limit: 100 })).data,
    stored: async () =>
      (
        await Promise.all(consentKeys.buckets(organizationId).map((pk) => table.query({ pk, consistent: true })))
      ).flatMap(({ items }) => items.map((item) => Consent.parse(item))),
    optOutOf: async (phone: string) => (await gates.optOuts([phone])).get(phone),
  };
};

const row = (number: number, over: Partial<Person> = {}): Person => ({
  row: number,
  phone: phoneOf(number),
  fields: {},
  ...over,
});
const consent = { source: 'Web form', at: '2026-01-05T10:00:00+02:00', ip: '192.0.2.7', wording: 'Yes, text me.' };

describe('what a file says of consents', () => {
  test('is recorded with the contact that the row made, or that it met', async () => {
    const { caller, aBatch, contacts, consentsOf } = setUp();
    const batch = aBatch();
    const byPhone = await createContact(services, caller, { phone: phoneOf(2) });
    const byEmail = await createContact(services, caller, { email: 'ada@example.com' });

    await importPersons(table, batch, [
      row(2, { consent }),
      { row: 3, email: 'ada@example.com', fields: {}, consent: { source: 'On paper' } },
      row(4, { consent: {} }),
      row(5),
    ]);

    expect(await consentsOf(byPhone.id)).toMatchObject([
      {
        phone: phoneOf(2),
        status: 'granted',
        kind: null,
        source: 'Web form',
        givenAt: '2026-01-05T08:00:00.000Z',
        ip: '192.0.2.7',
        wording: 'Yes, text me.',
        url: null,
        recordedBy: batch.importedBy,
        importJobId: batch.jobId,
      },
    ]);
    expect(await consentsOf(byEmail.id)).toMatchObject([{ phone: null, source: 'On paper', givenAt: null }]);
    const idOfRow = async (number: number) => (await contacts()).find(({ phone }) => phone === phoneOf(number))?.id;
    expect(await consentsOf((await idOfRow(4)) ?? '')).toMatchObject([{ source: 'import', givenAt: null }]);
    expect(await consentsOf((await idOfRow(5)) ?? '')).toEqual([]);
  });

  test('is one record for the same proof: in a repetition, in two rows, in the next import', async () => {
    const { aBatch, stored } = setUp();
    const batch = aBatch();
    const persons = [row(2, { consent }), row(3, { phone: phoneOf(2), consent }), row(4, { consent })];

    await importPersons(table, batch, persons);
    await importPersons(table, batch, persons);
    await importPersons(table, aBatch({ at: '2026-11-21T12:00:00.000Z' }), persons);
    await importPersons(table, aBatch(), [row(2, { consent: { ...consent, source: 'On paper' } })]);

    expect((await stored()).map(({ source }) => source).toSorted()).toEqual(['On paper', 'Web form', 'Web form']);
    expect((await stored()).filter(({ importJobId }) => importJobId === batch.jobId)).toHaveLength(2);
  });

  test('of a time that cannot be is kept without it', async () => {
    const { aBatch, stored } = setUp();
    const times = ['tomorrow', '2026-11-20T12:00:00.001Z', '+012026-01-01T00:00:00Z', '1066-10-14T00:00:00Z'];

    await importPersons(
      table,
      aBatch(),
      times.map((at, index) => row(index + 2, { consent: { source: at, at } })),
    );

    expect((await stored()).map(({ givenAt }) => givenAt)).toEqual(times.map(() => null));
  });

  test('goes with a contact that is deleted while its import runs', async () => {
    const { caller, aBatch, contacts, stored } = setUp();
    let inserts = 0;
    const racing: Table = {
      ...table,
      insertAll: async (items) => {
        inserts += 1;
        // The claims, the contact; then the consents, when the contact is gone.
        if (inserts === 3) for (const { id } of await contacts()) await deleteContact(services, caller, id);
        return table.insertAll(items);
      },
    };

    await importPersons(racing, aBatch(), [row(2, { consent })]);

    expect(inserts).toBe(3);
    expect(await contacts()).toEqual([]);
    expect(await stored()).toEqual([]);
  });
});

describe('what a file says of opt-outs', () => {
  test('shuts the gates of its phones, those that were written to as well, and opens none', async () => {
    const { gates, aBatch, optOutOf } = setUp();
    const batch = aBatch();
    await gates.pass(phoneOf(3), 'an attempt', made);
    await gates.pass(phoneOf(4), 'an attempt', made);

    await importPersons(table, batch, [
      row(2, { optedOut: true }),
      row(3, { optedOut: true }),
      row(4, { optedOut: false }),
      { row: 5, email: 'ada@example.com', fields: {}, optedOut: true },
      row(6, { phone: phoneOf(2), optedOut: false }),
    ]);

    const told = { by: 'organization', matchedBy: 'import', messageId: null, importJobId: batch.jobId, at: made };
    expect([await optOutOf(phoneOf(2)), await optOutOf(phoneOf(3))]).toEqual([told, told]);
    expect(await optOutOf(phoneOf(4))).toBeUndefined();
  });

  test('leaves an opt-out as it stands, and a person who came back since the import was made', async () => {
    const { gates, aBatch, optOutOf } = setUp();
    const first = { by: 'contact', matchedBy: 'keyword', messageId: 'SM1', at: '2026-10-01T00:00:00.000Z' } as const;
    await table.transact([gates.shutWrite(phoneOf(2), first)]);
    const persons = [row(2, { optedOut: true }), row(3, { optedOut: true }), row(4, { optedOut: true })];
    await table.transact([gates.openWrite(phoneOf(4), '2026-11-19T00:00:00.000Z')]);
    const batch = aBatch();
    await importPersons(table, batch, persons);
    await table.transact([gates.openWrite(phoneOf(3), '2026-11-20T13:00:00.000Z')]);

    await importPersons(table, batch, persons);

    expect(await optOutOf(phoneOf(2))).toEqual(first);
    expect(await optOutOf(phoneOf(3))).toBeUndefined();
    expect(await optOutOf(phoneOf(4))).toMatchObject({ by: 'organization' });
  });
});

test('whenever a batch dies and is repeated, there is every consent once and every opt-out', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ phone: fc.integer({ min: 1, max: 6 }), source: fc.constantFrom('A', 'B'), optedOut: fc.boolean() }),
        { minLength: 1, maxLength: 12 },
      ),
      fc.array(fc.record({ nth: fc.integer({ min: 1, max: 12 }), after: fc.boolean() }), { maxLength: 3 }),
      async (lines, kills) => {
        const { aBatch, contacts, stored, optOutOf } = setUp();
        const batch = aBatch();
        const persons = lines.map(({ phone, source, optedOut }, index) =>
          row(index + 2, { phone: phoneOf(phone), consent: { source }, optedOut }),
        );
        for (const { nth, after } of kills)
          await importPersons(dyingTable(table, nth, after ? 'after' : 'before').table, batch, persons).catch(
            (error: unknown) => {
              expect(error).toBeInstanceOf(Killed);
            },
          );

        await importPersons(table, batch, persons);

        const phones = new Map((await contacts()).map(({ id, phone }) => [id, phone]));
        expect(
          (await stored()).map(({ contactId, source }) => `${phones.get(contactId)} ${source}`).toSorted(),
        ).toEqual([...new Set(lines.map(({ phone, source }) => `${phoneOf(phone)} ${source}`))].toSorted());
        for (const phone of new Set(lines.map((line) => line.phone)))
          expect((await optOutOf(phoneOf(phone))) !== undefined).toBe(
            lines.some((line) => line.phone === phone && line.optedOut),
          );
      },
    ),
    { numRuns: 25 },
  );
});
