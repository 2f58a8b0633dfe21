import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openAudience } from '../../../shared/contact-lists/audience.ts';
import { contactListStore } from '../../../shared/contact-lists/contact-list-store.ts';
import { deriveList } from '../../../shared/contact-lists/derive-list.ts';
import { memberItem } from '../../../shared/contact-lists/membership.ts';
import type { Position } from '../../../shared/platform/http/page.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { aCaller } from '../../support/a-caller.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';
import { memoryObjects } from '../../support/memory-objects.ts';

const table = await localTable();
const early = '2026-01-01T00:00:00.000Z';
const scrubbed = '2026-02-01T00:00:00.000Z';
const late = '2026-03-01T00:00:00.000Z';

const setUp = () => {
  const caller = aCaller(anOrganization());
  const { organizationId } = caller;
  const objects = memoryObjects();
  const createdBy = { id: caller.userId, name: 'Ada' };
  return {
    objects,
    audience: openAudience(table, objects, organizationId),
    plain: async (contactIds: readonly string[], addedAt = early) => {
      const id = systemIds.sequential();
      const list = {
        id,
        name: id,
        status: 'active',
        kind: 'plain',
        tags: [],
        sourceListIds: [],
        derivedLists: 0,
      } as const;
      const written = {
        ...list,
        tags: [],
        sourceListIds: [],
        createdBy,
        createdAt: early,
        updatedAt: early,
        version: 1,
      };
      await contactListStore(table, organizationId).create(written, contactIds.length);
      const members = contactIds.map((contactId) => ({
        contactId,
        phone: `+1${contactId.slice(0, 4)}`,
        addedAt,
        addedBy: createdBy.id,
      }));
      await table.writeAll({ puts: members.map((member) => memberItem(organizationId, id, member)) });
      return id;
    },
    derived: async (sourceListIds: readonly string[], excluded: readonly string[], contactCount = 0) => {
      const id = systemIds.sequential();
      const exclusionsKey = `exclusions/${id}`;
      await objects.put(exclusionsKey, excluded.join('\n'), 'text/plain');
      await deriveList(
        table,
        organizationId,
        { id, name: id, sourceListIds, exclusionsKey, contactCount, asOf: scrubbed, createdBy },
        late,
      );
      return id;
    },
  };
};

type Setup = ReturnType<typeof setUp>;

const readAll = async ({ audience }: Setup, listIds: readonly string[], limit: number) => {
  const seen: string[] = [];
  let after: Position | undefined;
  do {
    const { members, next } = await audience.page({ listIds, after, limit });
    expect(members.length).toBeLessThanOrEqual(limit);
    seen.push(...members.map(({ contactId }) => contactId));
    after = next;
  } while (after);
  return seen;
};

const inAudienceOrder = (ids: Iterable<string>) =>
  [...ids].toSorted((a, b) => (a.slice(-1) + a < b.slice(-1) + b ? -1 : 1));

test('lists that overlap are read as one set, in order, whatever the size of the page', async () => {
  const people = Array.from({ length: 40 }, () => systemIds.random());
  const someOf = fc.subarray(people);
  await fc.assert(
    fc.asyncProperty(
      fc.array(someOf, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      async (groups, limit) => {
        const world = setUp();
        const listIds = await Promise.all(groups.map((group) => world.plain(group)));

        const seen = await readAll(world, listIds, limit);

        expect(seen).toEqual(inAudienceOrder(new Set(groups.flat())));
      },
    ),
    { numRuns: 25 },
  );
});

test('a derived list is its sources as they were scrubbed, less what the scrub found', async () => {
  const people = Array.from({ length: 24 }, () => systemIds.random());
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(people),
      fc.subarray(people),
      fc.subarray(people),
      fc.subarray(people),
      async (one, two, newcomers, excluded) => {
        const world = setUp();
        const old = await Promise.all([world.plain(one), world.plain(two)]);
        const recent = await world.plain(newcomers, late);
        const clean = await world.derived([...old, recent], excluded);
        const cleaner = await world.derived([clean], one.slice(0, 2));

        const expected = [...new Set([...one, ...two])].filter((id) => !excluded.includes(id));

        expect(await readAll(world, [clean], 5)).toEqual(inAudienceOrder(expected));
        expect(await readAll(world, [cleaner], 5)).toEqual(
          inAudienceOrder(expected.filter((id) => !one.slice(0, 2).includes(id))),
        );
        expect(await readAll(world, [clean, recent], 5)).toEqual(inAudienceOrder(new Set([...expected, ...newcomers])));
      },
    ),
    { numRuns: 15 },
  );
});

test('a page of which exclusions leave nothing ends after its bound, with where to go on', async () => {
  const world = setUp();
  const people = Array.from({ length: 1500 }, () => systemIds.random());
  const clean = await world.derived([await world.plain(people)], people.slice(1), 1);

  const first = await world.audience.page({ listIds: [clean], limit: 10 });

  expect(first.next).toBeDefined();
  expect(await readAll(world, [clean], 10)).toEqual(people.slice(0, 1));
  expect(await world.audience.countMembers(clean)).toBe(1);
});

test('a list that nobody knows holds nobody, and is refused where lists are chosen', async () => {
  const world = setUp();
  const leads = await world.plain([]);
  const unknown = systemIds.random();

  expect(await world.audience.page({ listIds: [unknown], limit: 10 })).toEqual({ members: [], next: undefined });
  expect((await world.audience.requireLists([leads])).map(({ id }) => id)).toEqual([leads]);
  await expect(world.audience.requireLists([leads, unknown])).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    details: { field: 'listIds', listId: unknown },
  });
});
