import { expect, test } from 'vitest';
import { type AuditNote, auditWrites, systemActor } from '../../../shared/audit-logs/audit.ts';
import { forgetPersonal, personalRemovals } from '../../../shared/audit-logs/erase-personal.ts';
import { listAuditLogs } from '../../../shared/audit-logs/list-audit-logs.ts';
import { sealOrganization } from '../../../shared/audit-logs/seal-audit.ts';
import { verifyAudit } from '../../../shared/audit-logs/verify-audit.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import type { Key } from '../../../shared/platform/table/item.ts';
import { auditKeys } from '../../../shared/platform/table/keys.ts';
import type { Table } from '../../../shared/platform/table/table.ts';
import { aCaller } from '../../support/a-caller.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';
import { itemsOf } from '../../support/stack-table.ts';

const table = await localTable();
const services = { clock: systemClock, ids: systemIds };
const later = () => new Date(systemClock().getTime() + 30 * 60_000);
const keyOf = ({ pk, sk }: Key) => ({ pk, sk });

/** An organization whose log says something of persons, each known by an id. */
const anOrganizationWithPersons = () => {
  const organizationId = anOrganization();
  const record = (resourceId: string, note: Partial<AuditNote>) => {
    const whole = { action: 'person_changed', resource: 'person', resourceId, personal: ['name'], ...note };
    return table.transact(auditWrites(services, systemActor(organizationId, 'test'), whole));
  };
  return {
    organizationId,
    record,
    called: (resourceId: string, name: string) => record(resourceId, { after: { name, status: 'active' } }),
    absorb: (resourceId: string, absorbed: string) => record(resourceId, { absorbed }),
    forget: (resourceId: string, on: Table = table) => forgetPersonal(on, organizationId, resourceId),
    seal: () => sealOrganization({ table, clock: systemClock }, organizationId, later()),
    verify: async (standing: readonly string[] = []) => {
      const things = async (ids: readonly string[]) => new Set(ids.filter((id) => standing.includes(id)));
      return (await verifyAudit({ table, clock: systemClock, standing: things }, organizationId)).findings;
    },
    log: async () => (await listAuditLogs(table, aCaller(organizationId), { page: 1, limit: 100 })).data,
    entries: () => itemsOf(table, auditKeys.entryBuckets(organizationId)),
    kept: () => itemsOf(table, auditKeys.personalBuckets(organizationId)),
  };
};

test('an entry shows what it says of a person until that is erased, and what else it says for ever', async () => {
  const { called, log, forget, entries } = anOrganizationWithPersons();
  const [id, other] = [systemIds.random(), systemIds.random()];
  await called(id, 'Jane');
  await called(other, 'John');
  const before = await log();

  await forget(id);

  expect(before).toMatchObject([
    { resourceId: other, after: { name: 'John', status: 'active' }, erased: false },
    { resourceId: id, after: { name: 'Jane', status: 'active' }, erased: false },
  ]);
  expect(await log()).toEqual([before[0], { ...before[1], after: { name: null, status: 'active' }, erased: true }]);
  expect(JSON.stringify(await entries())).not.toMatch(/Jane|John/);
});

test('what says nothing of a person is one item, and nothing of it can be erased', async () => {
  const { record, kept, log } = anOrganizationWithPersons();

  await record(systemIds.random(), { after: { status: 'active' } });

  expect(await kept()).toEqual([]);
  expect(await log()).toMatchObject([{ after: { status: 'active' }, erased: false }]);
});

test('the deed that erases names the fields that there were, and keeps no value', async () => {
  const { record, kept, log } = anOrganizationWithPersons();

  await record(systemIds.random(), { before: { name: 'Jane', status: 'active' }, erases: true });

  expect(await kept()).toEqual([]);
  expect(await log()).toMatchObject([{ before: { name: null, status: 'active' }, erased: true }]);
});

test('an erasure leaves the chain as it was sealed', async () => {
  const { called, seal, forget, verify } = anOrganizationWithPersons();
  const [id, other] = [systemIds.random(), systemIds.random()];
  await called(id, 'Jane');
  await called(other, 'John');
  await seal();

  await forget(id);

  expect(await verify([other])).toEqual([]);
});

test('values that were altered are named, and those that are gone while their thing stands', async () => {
  const { called, seal, kept, verify } = anOrganizationWithPersons();
  const ids = [systemIds.random(), systemIds.random(), systemIds.random()];
  for (const id of ids) await called(id, 'Jane');
  await seal();
  const items = await kept();
  const entryOf = (id = '') => items.find(({ sk }) => sk.startsWith(id));
  const [altered, removed] = [entryOf(ids[0]), entryOf(ids[1])];
  if (!altered || !removed) throw new Error('Nothing to tamper with');

  await table.update(keyOf(altered), { set: { after: { name: 'Joan' } } });
  await table.delete(keyOf(removed));

  const idOf = ({ sk }: Key) => sk.slice(sk.indexOf('#') + 1);
  expect(await verify(ids)).toEqual([
    { kind: 'personal values altered', entryId: idOf(altered), sequence: 1 },
    { kind: 'personal values missing', entryId: idOf(removed), sequence: 1 },
  ]);
});

test('one digest is never another’s, though the values are the same', async () => {
  const { called, entries } = anOrganizationWithPersons();
  const id = systemIds.random();
  await called(id, 'Jane');
  await called(id, 'Jane');

  expect(new Set((await entries()).map(({ digest }) => digest)).size).toBe(2);
});

test('what was taken in is erased with whoever took it in, and by nobody else', async () => {
  const { called, absorb, forget, kept } = anOrganizationWithPersons();
  const [first, second, third] = [systemIds.random(), systemIds.random(), systemIds.random()];
  for (const id of [first, second, third]) await called(id, 'Jane');
  await absorb(second, first);
  await absorb(third, second);
  const before = await kept();

  await forget(first);
  await forget(second);
  const between = await kept();
  await forget(third);

  expect(between).toEqual(before);
  expect(await kept()).toEqual([]);
});

test('an erasure that dies at any of its calls and is repeated leaves nothing', async () => {
  for (const when of ['before', 'after'] as const)
    for (let nth = 1; nth <= 14; nth += 1) {
      const { called, absorb, forget, kept } = anOrganizationWithPersons();
      const [first, second, third] = [systemIds.random(), systemIds.random(), systemIds.random()];
      for (const id of [first, second, third, third]) await called(id, 'Jane');
      await absorb(second, first);
      await absorb(third, second);

      await forget(third, dyingTable(table, nth, when).table).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Killed);
      });
      await forget(third);

      expect(await kept()).toEqual([]);
    }
});

test('only what a transaction cannot hold is erased before it', async () => {
  const { organizationId, called, kept } = anOrganizationWithPersons();
  const id = systemIds.random();
  for (const name of ['a', 'b', 'c', 'd', 'e']) await called(id, name);

  const writes = await personalRemovals(table, organizationId, id, 3);

  expect(writes).toHaveLength(3);
  expect((await kept()).map(({ after }) => after)).toEqual(['c', 'd', 'e'].map((name) => ({ name })));
});
