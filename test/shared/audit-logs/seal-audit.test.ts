import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditWrites, systemActor } from '../../../shared/audit-logs/audit.ts';
import { sealAudit, sealOrganization } from '../../../shared/audit-logs/seal-audit.ts';
import { verifyAudit } from '../../../shared/audit-logs/verify-audit.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import type { OrganizationId } from '../../../shared/platform/organization-id.ts';
import { equals } from '../../../shared/platform/table/expression.ts';
import type { Key } from '../../../shared/platform/table/item.ts';
import { auditKeys, organizationKeys } from '../../../shared/platform/table/keys.ts';
import { TransactionRefused } from '../../../shared/platform/table/transact.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';
import { itemsOf } from '../../support/stack-table.ts';

const table = await localTable();
const services = { clock: systemClock, ids: systemIds };
const later = () => new Date(systemClock().getTime() + 30 * 60_000);

/** An organization that did `count` things. */
const busy = async (count: number) => {
  const organizationId = anOrganization();
  for (let index = 0; index < count; index += 1) {
    const note = { action: 'thing_done', resource: 'thing', resourceId: `thing-${index}`, after: { index } };
    await table.transact(auditWrites(services, systemActor(organizationId, 'test'), note));
  }
  return organizationId;
};
const keyOf = ({ pk, sk }: Key) => ({ pk, sk });
const entriesOf = (organizationId: OrganizationId) => itemsOf(table, auditKeys.entryBuckets(organizationId));
const sealsOf = (organizationId: OrganizationId) => itemsOf(table, [auditKeys.seals(organizationId)]);
const seal = (organizationId: OrganizationId) =>
  sealOrganization({ table, clock: systemClock }, organizationId, later());
const standing = async () => new Set<string>();
const verify = (organizationId: OrganizationId, expected?: string) =>
  verifyAudit({ table, clock: systemClock, standing }, organizationId, expected);

test('what was done is sealed in batches, and the chain holds', async () => {
  const organizationId = await busy(450);

  const sealed = await seal(organizationId);

  const { findings, seals, entries, head } = await verify(organizationId);
  expect({ sealed, findings, seals, entries }).toEqual({ sealed: 450, findings: [], seals: 3, entries: 450 });
  expect((await verify(organizationId, head)).findings).toEqual([]);
  expect(await seal(organizationId)).toBe(0);
});

test('an entry stands exactly when what it records stands', async () => {
  const organizationId = anOrganization();
  const note = { action: 'thing_done', resource: 'thing', resourceId: 'x' };
  const refused = { put: { ...organizationKeys.counts(organizationId), a: 1 }, if: equals('a', 2) };

  await expect(
    table.transact([refused, ...auditWrites(services, systemActor(organizationId, 'test'), note)]),
  ).rejects.toThrow(TransactionRefused);
  expect(await entriesOf(organizationId)).toEqual([]);
});

test('the marker is repeated until it stands, and once in a window from then on', () => {
  const organizationId = anOrganization();
  const note = { action: 'thing_done', resource: 'thing', resourceId: 'x' };
  const writes = () => auditWrites(services, systemActor(organizationId, 'test'), note);

  const [, marker] = writes();
  expect(writes()).toHaveLength(2);
  if (marker && 'put' in marker) marker.committed?.();

  expect(writes()).toHaveLength(1);
});

test('the schedule finds by its marker whoever did something, and nobody twice', async () => {
  const organizationId = await busy(3);
  const at = { table, clock: later };

  const first = await sealAudit(at);
  await sealAudit(at);

  expect(first.organizations).toBeGreaterThanOrEqual(1);
  expect((await verify(organizationId)).entries).toBe(3);
  expect((await sealAudit(at)).organizations).toBe(0);
});

test('schedules that run at once make one chain', async () => {
  const organizationId = await busy(60);

  await Promise.all([seal(organizationId), seal(organizationId), seal(organizationId)]);

  const { findings, entries } = await verify(organizationId);
  expect({ findings, entries }).toEqual({ findings: [], entries: 60 });
});

test('a schedule that dies at any of its calls leaves a chain that the next one goes on with', async () => {
  for (const when of ['before', 'after'] as const)
    for (let nth = 1; nth <= 10; nth += 1) {
      const organizationId = await busy(5);
      const { table: dying } = dyingTable(table, nth, when);
      await sealAudit({ table: dying, clock: later }).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));

      await sealAudit({ table, clock: later });

      const { findings, entries } = await verify(organizationId);
      expect({ nth, when, findings, entries }).toEqual({ nth, when, findings: [], entries: 5 });
    }
});

test('whatever is altered, taken away or put in is named', async () => {
  const tampering = fc.record({
    what: fc.constantFrom('alter', 'delete', 'insert', 'alter seal', 'delete seal'),
    place: fc.nat(1000),
  });
  await fc.assert(
    fc.asyncProperty(tampering, async ({ what, place }) => {
      const organizationId = await busy(7);
      await seal(organizationId);
      const note = { action: 'thing_done', resource: 'thing', resourceId: 'more' };
      await table.transact(auditWrites(services, systemActor(organizationId, 'test'), note));
      await seal(organizationId);
      const entries = (await entriesOf(organizationId)).toSorted((a, b) => (a.sk < b.sk ? -1 : 1));
      const entry = entries[place % 7];
      const [first] = await sealsOf(organizationId);
      if (!entry || !first) throw new Error('Nothing to tamper with');
      const early = `${entry.sk.slice(0, -1)}${entry.sk.endsWith('0') ? '4' : '0'}`;
      const acts: Record<typeof what, () => Promise<unknown>> = {
        alter: () => table.update(keyOf(entry), { set: { userId: 'somebody else' } }),
        delete: () => table.delete(keyOf(entry)),
        insert: () => table.put({ ...entry, ...auditKeys.entry(organizationId, early), id: early }),
        'alter seal': () => table.update(keyOf(first), { set: { sealedAt: '2020-01-01T00:00:00.000Z' } }),
        'delete seal': () => table.delete(keyOf(first)),
      };

      await acts[what]();

      const { findings } = await verify(organizationId);
      const named = findings.map((finding) => ('entryId' in finding ? finding.entryId : finding.sequence));
      expect(named).toContain(what === 'insert' ? early : what.includes('seal') ? 1 : entry.sk);
    }),
    { numRuns: 25 },
  );
});

test('a chain that was cut short or written anew does not hold the hash that was kept elsewhere', async () => {
  const organizationId = await busy(4);
  await seal(organizationId);
  const { head } = await verify(organizationId);
  for (const item of await sealsOf(organizationId)) await table.delete(keyOf(item));
  const [entry] = await entriesOf(organizationId);
  if (entry) await table.update(keyOf(entry), { set: { userId: 'forged' } });
  await seal(organizationId);

  const { findings } = await verify(organizationId, head);

  expect(findings).toEqual([{ kind: 'other head than expected', sequence: 1 }]);
});

test('entries whose seals were taken away are named once they should have one', async () => {
  const organizationId = await busy(2);
  const tomorrow = () => new Date(systemClock().getTime() + 24 * 3600_000);

  const { findings } = await verifyAudit({ table, clock: tomorrow, standing }, organizationId);

  expect(findings.map(({ kind }) => kind)).toEqual(['entry never sealed', 'entry never sealed']);
});
