import fc from 'fast-check';
import { expect, test } from 'vitest';
import { register } from '../../../shared/auth/register.ts';
import { closeOn, resumeClosures } from '../../../shared/closures/close-organization.ts';
import { closureStore } from '../../../shared/closures/closure-store.ts';
import { exported } from '../../../shared/closures/export-organization.ts';
import type { ClosureStep } from '../../../shared/closures/jobs.ts';
import { closureManagement } from '../../../shared/closures/manage-closure.ts';
import { sectionsOf } from '../../../shared/closures/organization-partitions.ts';
import { createContact } from '../../../shared/contacts/create-contact.ts';
import { showOrganization } from '../../../shared/organizations/manage-organization.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import type { OrganizationId } from '../../../shared/platform/organization-id.ts';
import * as contactKeys from '../../../shared/platform/table/contact-keys.ts';
import * as otherKeys from '../../../shared/platform/table/keys.ts';
import type { Table } from '../../../shared/platform/table/table.ts';
import { aCaller } from '../../support/a-caller.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { aRegistration, identityOn, somewhere } from '../../support/identity.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';
import { phoneAt } from '../../support/made-up-phones.ts';
import { memoryObjects } from '../../support/memory-objects.ts';
import { itemsOf } from '../../support/stack-table.ts';

const table = await localTable();

/** An organization with some contacts, and the world in which it is closed. */
const anOrganizationToClose = async () => {
  const later = { seconds: 0 };
  const { services: identity } = identityOn(table, later);
  const body = aRegistration();
  const { user } = await register(identity, { body, idempotencyKey: undefined, ...somewhere });
  const organizationId = user.organization_id;
  const caller = { ...aCaller(organizationId), userId: user.id };
  for (let index = 0; index < 30; index += 1) await createContact(identity, caller, { phone: phoneAt(index) });
  const files = memoryObjects();
  const queue: ClosureStep[] = [];
  const swept: string[] = [];
  const on = (its: Table) => ({
    ...identity,
    table: its,
    exports: { ...files, downloadUrl: async (key: string) => `https://example.com/${key}` },
    steps: { send: async (_: unknown, steps: readonly ClosureStep[]) => void queue.push(...steps) },
    pauseCampaigns: async () => undefined,
    sweeps: [
      {
        sweep: {
          deleteSome: async (prefix: string) => {
            swept.push(prefix);
            return true;
          },
        },
        prefixesOf: (id: OrganizationId) => [`uploads/${id}/`],
      },
    ],
  });
  const drain = async (its: Table = table) => {
    for (let step = queue.shift(); step; step = queue.shift()) await closeOn(on(its), step);
  };
  const { slug } = await showOrganization(table, organizationId);
  return {
    organizationId,
    caller,
    body,
    slug,
    later,
    files,
    queue,
    swept,
    on,
    drain,
    closures: closureManagement(on(table)),
  };
};
const left = async (organizationId: OrganizationId) => {
  const partitions = [];
  for (const section of sectionsOf(organizationId)) partitions.push(...(await section.partitions(table)));
  return itemsOf(table, partitions);
};

test('the walk reaches whatever the table keeps of an organization', async () => {
  const org = anOrganization();
  const [id, phone, email] = [systemIds.random(), '+12025550143', 'dana@example.com'];
  /** Arguments of key builders beside the organization, by how they are called. */
  const argumentsOf: Record<string, readonly unknown[]> = {
    phoneClaim: [phone],
    emailClaim: [email],
    name: ['dana cruz', id],
    change: ['2026-01-01T00:00:00.000Z', id],
    gate: [phone],
    inbound: [phone, 'SM1'],
    entry: [id, phone],
    chunk: [id, 1],
    errors: [id, 1],
    consent: [id, null, id],
    count: [id, 1, 2],
    target: [id, phone],
    scrubBatch: [id, '1'],
    seal: [1],
    counter: ['contacts', 1],
    answer: [id, 'AbCd'],
    member: [id, id],
    session: [id, id],
    challenge: [id, id],
  };
  const put = async (key: unknown) => {
    if (typeof key === 'object' && key !== null && 'pk' in key && 'sk' in key)
      await table.put({ pk: String(key.pk), sk: String(key.sk), mark: true });
  };
  const groups = Object.entries({ ...otherKeys, ...contactKeys }).filter(
    ([name]) => name.endsWith('Keys') && name !== 'directoryKeys',
  );
  let built = 0;
  for (const [, group] of groups)
    for (const [name, build] of Object.entries(group)) {
      if (typeof build !== 'function') continue;
      const key: unknown = Reflect.apply(build, undefined, [org, ...(argumentsOf[name] ?? [id, id])]);
      if (typeof key === 'object' && key !== null && 'pk' in key) built += 1;
      await put(key);
    }

  const found = new Set((await left(org)).map(({ pk, sk }) => `${pk} ${sk}`));

  expect(built).toBeGreaterThan(35);
  for (const [group, builders] of groups)
    for (const [name, build] of Object.entries(builders)) {
      if (typeof build !== 'function') continue;
      const key: unknown = Reflect.apply(build, undefined, [org, ...(argumentsOf[name] ?? [id, id])]);
      if (typeof key === 'object' && key !== null && 'pk' in key && 'sk' in key)
        expect(found.has(`${String(key.pk)} ${String(key.sk)}`), `${group}.${name}`).toBe(true);
    }
});

test('an organization is exported, waits a week, and is erased with its names', async () => {
  const { closures, caller, slug, drain, files, later, on, organizationId, swept, body } =
    await anOrganizationToClose();
  await closures.request(caller, slug);
  await drain();
  const done = await closures.show(caller);
  const contacts = done.files.find(({ name }) => name.startsWith('contacts-'));
  const stored = await files.text(`exports/${organizationId}/${done.id}/contacts-00001.jsonl.gz`);

  expect(done.status).toBe('exported');
  expect(contacts?.rows).toBe(30);
  expect(stored).toBeDefined();
  await resumeClosures(on(table));
  await drain();
  expect((await closures.show(caller)).status).toBe('exported');
  later.seconds = 7 * 24 * 3600 + 1;
  await resumeClosures(on(table));
  await drain();

  expect(await left(organizationId)).toEqual([]);
  expect(swept).toContain(`uploads/${organizationId}/`);
  const again = await register(on(table), { body, idempotencyKey: undefined, ...somewhere });
  expect(again.user.username).toBe(body.username);
  later.seconds = 0;
});

test('a closing can be stopped until erasing has begun', async () => {
  const { closures, caller, slug, drain, organizationId } = await anOrganizationToClose();
  await closures.request(caller, slug);
  await drain();

  await closures.cancel(caller);

  await expect(closures.show(caller)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await left(organizationId)).length).toBeGreaterThan(30);
  await expect(closures.request(caller, 'another-slug')).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
});

test('steps that come twice, or die at any of their calls, end in the same: nothing left', async () => {
  for (const nth of [1, 3, 8, 15, 25, 40, 60, 90])
    for (const when of ['before', 'after'] as const) {
      const { closures, caller, slug, drain, queue, on, organizationId } = await anOrganizationToClose();
      const { id: closureId } = await closures.request(caller, slug);
      const step = { organizationId, closureId };
      queue.push(step, step);
      const dies = () =>
        closeOn(on(dyingTable(table, nth, when).table), step).catch((error: unknown) => {
          expect(error).toBeInstanceOf(Killed);
        });
      await dies();
      queue.push(step);
      await drain();
      await closures.eraseNow(caller, slug);
      await dies();
      queue.push(step, step);
      await drain();

      expect(await left(organizationId)).toEqual([]);
      expect(await closureStore(table, organizationId).get()).toBeUndefined();
    }
}, 180_000);

test('an export holds no secret, whatever it is called', () => {
  const secrets = ['hash', 'secretHash', 'passwordHash', 'sealedAuthToken', 'sealedKey', 'refreshHash', 'clientSecret'];
  fc.assert(
    fc.property(fc.constantFrom(...secrets), fc.string({ minLength: 8 }), (name, value) => {
      expect(JSON.stringify(exported({ pk: 'p', sk: 'id', [name]: `canary${value}`, kept: 1 }))).not.toContain(
        'canary',
      );
    }),
  );
  expect(exported({ pk: 'p', sk: 'id', name: 'Ada' })).toEqual({ id: 'id', name: 'Ada' });
});
