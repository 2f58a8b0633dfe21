import { describe, expect, test } from 'vitest';
import { contactJobStore } from '../../../shared/contact-jobs/contact-job-store.ts';
import { resumeJobs } from '../../../shared/contact-jobs/resume-jobs.ts';
import { runJobPart } from '../../../shared/contact-jobs/run-job.ts';
import { startJob } from '../../../shared/contact-jobs/start-job.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { anOrganizationWithJobs } from '../../support/contact-jobs.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ phone: `202555${1000 + index}` }));

describe('a bulk operation', () => {
  test('on few contacts is done when it answers, and says of each that it could not be done to', async () => {
    const { jobs, caller, contacts, stored } = anOrganizationWithJobs(table);
    const ids = await contacts(numbered(3));
    const nobody = systemIds.random();

    const answer = await jobs.run(caller, {
      action: 'add-tags',
      contactIds: [...ids, nobody],
      data: { tags: ['vip', 'new'] },
    });

    expect(answer).toMatchObject({ status: 'completed', processed: 4, successful: 3, failed: 1 });
    expect(answer.errors).toEqual([{ contactId: nobody, code: 'NOT_FOUND', error: 'Contact not found' }]);
    expect((await stored(ids)).map(({ tags }) => tags)).toEqual(ids.map(() => ['vip', 'new']));
  });

  test('on more goes on as a job, whose parts may come twice', async () => {
    const { jobs, caller, contacts, stored, queue, drain } = anOrganizationWithJobs(table);
    const ids = await contacts(numbered(205));

    const answer = await jobs.run(caller, { action: 'add-tags', filter: {}, data: { tags: ['all'] } });
    queue.push(...queue);
    await drain();

    expect(answer).toMatchObject({ status: 'processing', processed: 0 });
    expect(await jobs.find(caller, answer.jobId)).toMatchObject({
      status: 'completed',
      progress: 100,
      processed: 205,
      successful: 205,
      failed: 0,
    });
    expect((await stored(ids)).every(({ tags }) => tags?.join() === 'all')).toBe(true);
  });

  test('on many named contacts is cut by the hundred, and shows the first hundred errors', async () => {
    const { jobs, caller, contacts, queue, drain } = anOrganizationWithJobs(table);
    const ids = await contacts(numbered(2));
    const nobody = Array.from({ length: 8_998 }, () => systemIds.random());

    const answer = await jobs.run(caller, {
      action: 'add-tags',
      contactIds: [...nobody, ...ids],
      data: { tags: ['vip'] },
    });
    expect(queue).toHaveLength(90);
    await drain();

    const job = await jobs.find(caller, answer.jobId);
    expect(job).toMatchObject({ status: 'completed', processed: 9_000, successful: 2, failed: 8_998 });
    expect(job.errors).toHaveLength(100);
  });

  test('on the few that a search means is done when it answers, however many others there are', async () => {
    const { jobs, caller, contacts } = anOrganizationWithJobs(table);
    await contacts([...numbered(205), { firstName: 'Zoe', phone: '4155550100' }]);

    const answer = await jobs.run(caller, { action: 'add-tags', filter: { search: 'zoe' }, data: { tags: ['met'] } });

    expect(answer).toMatchObject({ status: 'completed', processed: 1, successful: 1 });
  });

  test('moves contacts between lists, and counts both right', async () => {
    const { jobs, caller, contacts, stored, newList, countOf } = anOrganizationWithJobs(table);
    const [from, into, other] = [await newList('From'), await newList('Into'), await newList('Other')];
    const ids = await contacts(numbered(3).map((body) => ({ ...body, listIds: [from.id, other.id] })));

    await jobs.run(caller, {
      action: 'move-to-list',
      filter: { listId: from.id },
      data: { listId: into.id },
    });

    expect((await stored(ids)).map(({ lists }) => Object.keys(lists).toSorted())).toEqual(
      ids.map(() => [into.id, other.id].toSorted()),
    );
    expect([await countOf(from.id), await countOf(into.id), await countOf(other.id)]).toEqual([0, 3, 3]);
  });

  test('taken back restores tags and lists, and keeps what people changed since', async () => {
    const { jobs, caller, contacts, stored, newList, countOf } = anOrganizationWithJobs(table);
    const [from, into] = [await newList('From'), await newList('Into')];
    const ids = await contacts(numbered(2).map((body) => ({ ...body, tags: ['old', 'kept'], listIds: [from.id] })));
    const tagged = await jobs.run(caller, { action: 'remove-tags', contactIds: ids, data: { tags: ['old'] } });
    const moved = await jobs.run(caller, { action: 'move-to-list', contactIds: ids, data: { listId: into.id } });
    await jobs.run(caller, { action: 'add-tags', contactIds: ids.slice(0, 1), data: { tags: ['since'] } });

    await jobs.undo(caller, tagged.jobId);
    const undo = await jobs.undo(caller, moved.jobId);

    const [first, second] = await stored(ids);
    expect(first?.tags?.toSorted()).toEqual(['kept', 'old', 'since']);
    expect(second?.tags?.toSorted()).toEqual(['kept', 'old']);
    expect(Object.keys(first?.lists ?? {})).toEqual([from.id]);
    expect([await countOf(from.id), await countOf(into.id)]).toEqual([2, 0]);
    expect(undo).toMatchObject({ kind: 'undo', status: 'completed', successful: 2 });
    await expect(jobs.undo(caller, moved.jobId)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('deletes every contact that a filter means, and nobody else', async () => {
    const { jobs, caller, contacts, stored } = anOrganizationWithJobs(table);
    const gone = await contacts(numbered(3).map((body) => ({ ...body, tags: ['gone'] })));
    const [kept = ''] = await contacts([{ phone: '4155550199' }]);

    const answer = await jobs.run(caller, { action: 'delete', filter: { tags: ['gone'] } });

    expect(answer).toMatchObject({ processed: 3, successful: 3, failed: 0 });
    expect((await stored([...gone, kept])).map(({ id }) => id)).toEqual([kept]);
    await expect(jobs.undo(caller, answer.jobId)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('names what is wrong with its data before it does anything', async () => {
    const { jobs, caller, newList } = anOrganizationWithJobs(table);
    const list = await newList('L');
    const contactIds = [systemIds.random()];

    const wrong = [
      [{ action: 'add-tags' as const, contactIds }, 'data'],
      [{ action: 'add-tags' as const, contactIds, data: { tags: [] } }, 'data.tags'],
      [{ action: 'add-to-list' as const, contactIds, data: { listId: systemIds.random() } }, 'data.listId'],
      [{ action: 'move-to-list' as const, contactIds, data: { listId: list.id, no: 1 } }, 'data'],
    ] as const;
    for (const [operation, field] of wrong)
      await expect(jobs.run(caller, { ...operation, contactIds })).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
        details: { field },
      });
  });

  test.each(['add-tags', 'delete'] as const)(
    '%s counts each contact once, whenever its worker dies',
    async (action) => {
      for (const nth of [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18])
        for (const when of ['before', 'after'] as const) {
          const { caller, organizationId, services, servicesOn, contacts, stored, queue, drain, newList, countOf } =
            anOrganizationWithJobs(table);
          const list = await newList('L');
          const contactIds = await contacts(numbered(3).map((body) => ({ ...body, listIds: [list.id] })));
          const does = action === 'delete' ? { action } : { action, data: { tags: ['done'] } };
          const plan = { parts: 1, named: [contactIds], expected: 1000 };
          const job = await startJob(
            services,
            caller,
            { kind: 'bulk', selection: { named: contactIds.length }, does },
            plan,
          );
          const [message] = queue;
          if (!message) throw new Error('Nothing was sent');

          await runJobPart(servicesOn(dyingTable(table, nth, when).table), message).catch((error: unknown) => {
            expect(error).toBeInstanceOf(Killed);
          });
          await drain();

          expect(await contactJobStore(table, organizationId).get(job.id)).toMatchObject({
            status: 'completed',
            processed: 3,
            successful: 3,
            failed: 0,
          });
          expect(await countOf(list.id)).toBe(action === 'delete' ? 0 : 3);
          const left = await stored(contactIds);
          expect(left.map(({ tags }) => tags)).toEqual(action === 'delete' ? [] : contactIds.map(() => ['done']));
        }
    },
  );

  test('that a crash forgot is sent again by the schedule, and completed', async () => {
    const { caller, organizationId, services, contacts, queue, drain } = anOrganizationWithJobs(table);
    const contactIds = await contacts(numbered(2));
    const does = { action: 'add-tags' as const, data: { tags: ['late'] } };
    const plan = { parts: 1, named: [contactIds], expected: 1000 };
    const job = await startJob(services, caller, { kind: 'bulk', selection: { named: contactIds.length }, does }, plan);
    queue.length = 0;

    const later = { ...services, clock: () => new Date(Date.now() + 3 * 60_000) };
    await resumeJobs(later);
    await drain();

    expect(await contactJobStore(table, organizationId).get(job.id)).toMatchObject({
      status: 'completed',
      successful: 2,
    });
    await resumeJobs({ ...services, clock: () => new Date(Date.now() + 10 * 60_000) });
    expect(queue).toEqual([]);
  });
});

describe('a count', () => {
  test('is exact for every filter, at once for few and as a job for many', async () => {
    const { jobs, caller, contacts, newList, drain } = anOrganizationWithJobs(table);
    const list = await newList('L');
    await contacts(
      numbered(210).map((body, index) => ({
        ...body,
        firstName: index % 2 ? 'Ann' : 'Ben',
        ...(index % 3 ? {} : { tags: ['third'] }),
        ...(index < 30 ? { listIds: [list.id] } : {}),
      })),
    );

    const counts = [];
    for (const filter of [
      {},
      { tags: ['third'] },
      { search: 'ann' },
      { listId: list.id, search: 'ben' },
      { listId: list.id },
    ]) {
      const { id } = await jobs.count(caller, filter);
      await drain();
      counts.push((await jobs.find(caller, id)).processed);
    }

    expect(counts).toEqual([210, 70, 105, 15, 30]);
  });
});
