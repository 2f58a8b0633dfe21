import { describe, expect, test } from 'vitest';
import { listMembers } from '../../../shared/contact-lists/list-members.ts';
import { memberItem } from '../../../shared/contact-lists/membership.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import type { OrganizationId } from '../../../shared/platform/organization-id.ts';
import { anOrganizationWithJobs } from '../../support/contact-jobs.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

const setUp = async () => {
  const world = anOrganizationWithJobs(table);
  const { caller, services, organizationId, contacts, newList } = world;
  const [one, two] = [await newList('One'), await newList('Two')];
  const listIds = [[one.id], [one.id, two.id], [two.id], []];
  const ids = await contacts(listIds.map((of, index) => ({ phone: `202555010${index}`, listIds: of, tags: ['all'] })));
  const membersOf = async (listId: string) => {
    const audience = services.audience(organizationId);
    const { data } = await listMembers(table, audience, caller, listId, { page: 1, limit: 100 });
    return data.map(({ contactId }) => contactId).toSorted();
  };
  return {
    ...world,
    one,
    two,
    ids,
    membersOf,
    some: (...which: number[]) => which.map((i) => ids[i] ?? '').toSorted(),
  };
};

describe('a copy', () => {
  test('is a plain list of who was in the list, and goes its own way from there', async () => {
    const { caller, merges, contacts, one, membersOf, some } = await setUp();

    const { list, job } = await merges.copy(caller, one.id, { name: 'Copy' });
    await contacts([{ phone: '2025550109', listIds: [one.id] }]);

    expect(job).toMatchObject({ kind: 'copy-list', status: 'completed', processed: 2, failed: 0 });
    expect(list).toMatchObject({ name: 'Copy', kind: 'plain', contactCount: 2 });
    expect(await membersOf(list.id)).toEqual(some(0, 1));
    expect(await membersOf(one.id)).toHaveLength(3);
  });

  test('of a segment keeps who was in it', async () => {
    const { caller, merges, lists, one, membersOf, some } = await setUp();
    const segment = await lists.create(caller, { name: 'Segment', filter: { tags: ['all'], listId: one.id } });

    const { list } = await merges.copy(caller, segment.id, { name: 'Copy' });

    expect(await membersOf(list.id)).toEqual(some(0, 1));
  });

  test('leaves nothing behind where its name is taken', async () => {
    const { caller, merges, jobs, one } = await setUp();

    await expect(merges.copy(caller, one.id, { name: 'two' })).rejects.toMatchObject({ code: 'DUPLICATE' });
    await expect(merges.copy(caller, systemIds.random(), { name: 'New' })).rejects.toMatchObject({ code: 'NOT_FOUND' });

    expect((await jobs.list(caller, { page: 1, limit: 10 })).data).toEqual([]);
  });
});

describe('a merge', () => {
  test('puts everybody of several lists into a new one, once, and is taken back', async () => {
    const { caller, merges, jobs, one, two, membersOf, some } = await setUp();

    const sources = { sourceListIds: [one.id, two.id], deleteSources: false };
    const { list, job } = await merges.merge(caller, { ...sources, name: 'Both' });

    expect([list.contactCount, job.processed]).toEqual([3, 3]);
    expect(await membersOf(list.id)).toEqual(some(0, 1, 2));
    await jobs.undo(caller, job.id);
    expect(await membersOf(list.id)).toEqual([]);
    expect([await membersOf(one.id), await membersOf(two.id)]).toEqual([some(0, 1), some(1, 2)]);
  });

  test('deletes its sources when everybody has joined, and takes along who came too late', async () => {
    const { caller, merges, jobs, lists, stored, contacts, countOf, drainRemovals, ...world } = await setUp();
    const { one, two, ids, membersOf, some } = world;
    const segment = await lists.create(caller, { name: 'Segment', filter: { listId: two.id } });
    const sources = { sourceListIds: [two.id, segment.id], deleteSources: true };

    const { job } = await merges.merge(caller, { ...sources, targetListId: one.id });
    // As an import does that still runs: a membership of which nobody knew when the merge passed by.
    const [late = ''] = await contacts([{ phone: '2025550109' }]);
    await table.writeAll({ puts: [memberItem(world.organizationId, two.id, { contactId: late, ...added })] });
    await drainRemovals();

    expect(await membersOf(one.id)).toEqual([...some(0, 1, 2), late].toSorted());
    expect(await countOf(one.id)).toBe(4);
    expect((await lists.list(caller, { page: 1, limit: 10 })).data.map(({ id }) => id)).toEqual([one.id]);
    const inLists = (await stored([...ids, late])).map((contact) => Object.keys(contact.lists));
    expect(inLists).toEqual([[one.id], [one.id], [one.id], [], [one.id]]);
    await expect(jobs.undo(caller, job.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('is refused for lists that it could not fill or delete', async () => {
    const { caller, merges, lists, one, two } = await setUp();
    const segment = await lists.create(caller, { name: 'Segment', filter: { listId: two.id } });
    const merge = (sourceListIds: string[], targetListId: string, deleteSources = false) =>
      merges.merge(caller, { sourceListIds, targetListId, deleteSources });
    const invalid = (field: string) => ({ code: 'VALIDATION_ERROR', details: { field } });

    await expect(merge([one.id], one.id)).rejects.toMatchObject(invalid('targetListId'));
    await expect(merge([one.id], segment.id)).rejects.toMatchObject(invalid('targetListId'));
    await expect(merge([systemIds.random()], one.id)).rejects.toMatchObject(invalid('sourceListIds'));
    await expect(merge([two.id], one.id, true)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('ends the same, whenever its worker dies', async () => {
    let deaths = 0;
    for (let nth = 12; ; nth += 11) {
      const { caller, queue, drain, drainRemovals, mergesOn, jobs, lists, one, two, ...world } = await setUp();
      const dying = dyingTable(table, nth, nth % 2 === 0 ? 'before' : 'after');
      const body = { sourceListIds: [two.id], targetListId: one.id, deleteSources: true };

      const died = await mergesOn(dying.table)
        .merge(caller, body)
        .then(
          () => false,
          (error: unknown) => {
            if (!(error instanceof Killed)) throw error;
            return true;
          },
        );
      const [job] = (await jobs.list(caller, { page: 1, limit: 10 })).data;
      // The schedule sends every part again.
      if (job) queue.push(...Array.from({ length: 16 }, (_, part) => partOf(world.organizationId, job.id, part)));
      await drain();
      await drainRemovals();

      const merged = job !== undefined;
      expect(await world.membersOf(one.id)).toEqual(merged ? world.some(0, 1, 2) : world.some(0, 1));
      expect(await world.countOf(one.id)).toBe(merged ? 3 : 2);
      expect((await lists.list(caller, { page: 1, limit: 10 })).data).toHaveLength(merged ? 1 : 2);
      if (!died) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(5);
  });
});

const added = { phone: null, addedAt: '2026-01-01T00:00:00.000Z', addedBy: systemIds.random() };

const partOf = (organizationId: OrganizationId, jobId: string, part: number) => ({ organizationId, jobId, part });
