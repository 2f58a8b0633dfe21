import { describe, expect, test } from 'vitest';
import { contactJobStore } from '../../../shared/contact-jobs/contact-job-store.ts';
import type { Deduplication } from '../../../shared/contact-jobs/duplicate.ts';
import { duplicateManagement } from '../../../shared/contact-jobs/manage-duplicates.ts';
import { resumeJobs } from '../../../shared/contact-jobs/resume-jobs.ts';
import { runJobPart } from '../../../shared/contact-jobs/run-job.ts';
import { startJob } from '../../../shared/contact-jobs/start-job.ts';
import { contactStore } from '../../../shared/contacts/contact-store.ts';
import { countOfContacts } from '../../../shared/contacts/find-contacts.ts';
import { duplicateFinder } from '../../../shared/contacts/find-duplicates.ts';
import { updateContact } from '../../../shared/contacts/update-contact.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { initials } from '../../../shared/platform/table/key-parts.ts';
import { anOrganizationWithJobs } from '../../support/contact-jobs.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { holdersOf } from '../../support/holders.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

const setUp = () => {
  const organization = anOrganizationWithJobs(table);
  const { services, caller, organizationId } = organization;
  const duplicates = duplicateManagement(services);
  return {
    ...organization,
    duplicates,
    run: (asked: Deduplication = {}) => duplicates.start(caller, asked),
    groups: async (jobId: string) => (await duplicates.page(caller, jobId, { page: 1, limit: 50 })).data,
    change: (id: string, change: Parameters<typeof updateContact>[3]) => updateContact(services, caller, id, change),
    total: () => countOfContacts(table, organizationId),
  };
};

const jane = { firstName: 'Jane', lastName: 'Doe', address: '1 Main Street', zip: '02139' };

describe('a deduplication', () => {
  test('that only looks shows each group with what would become of it, and changes nothing', async () => {
    const { contacts, run, groups, total } = setUp();
    const [one = '', two = '', three = '', four = ''] = await contacts([
      { email: 'jane.doe@gmail.com', firstName: 'Jane', city: 'Oslo' },
      { email: 'janedoe+news@googlemail.com', firstName: 'Janet' },
      { phone: '2025550101', ...jane },
      { phone: '2025550102', ...jane, firstName: 'JANE', address: '1 main st.' },
      { phone: '2025550103', ...jane, address: '2 Main Street' },
      { email: 'jane.doe@example.com', firstName: 'Other' },
      { email: 'janedoe@example.com' },
    ]);

    const job = await run({ dryRun: true });

    expect(job).toMatchObject({ kind: 'deduplicate', status: 'completed', progress: 100, processed: 2, failed: 0 });
    const found = await groups(job.id);
    expect(
      found.map(({ reason, contacts: some }) => [reason, ...some.map(({ id }) => id).toSorted()]).toSorted(),
    ).toEqual([
      ['email', ...[one, two].toSorted()],
      ['name-address', ...[three, four].toSorted()],
    ]);
    expect(found.find(({ reason }) => reason === 'email')?.merged).toMatchObject({
      id: two,
      firstName: 'Janet',
      city: 'Oslo',
      email: 'janedoe+news@googlemail.com',
      otherEmails: ['jane.doe@gmail.com'],
    });
    expect(await total()).toBe(7);
  });

  test('merges each group into its newest contact, and finds nothing the second time', async () => {
    const { contacts, run, groups, stored, total } = setUp();
    const ids = await contacts([
      { email: 'jane@example.com', firstName: 'Jane', city: 'Oslo' },
      { email: 'jane+b@example.com', firstName: 'Jane B' },
      { email: 'jane+a@example.com', firstName: 'Jane A' },
    ]);

    const job = await run();

    expect(job).toMatchObject({ status: 'completed', processed: 1, successful: 1, failed: 0 });
    expect(await stored(ids)).toMatchObject([{ id: ids[2], firstName: 'Jane A', city: 'Oslo' }]);
    expect(await groups(job.id)).toMatchObject([{ mergedInto: ids[2], merged: null, contacts: [{ id: ids[2] }] }]);
    expect(await total()).toBe(1);
    expect(await run()).toMatchObject({ processed: 0 });
  });

  test('follows who was merged meanwhile: what is alike one to the next ends as one', async () => {
    const { contacts, run, stored, total } = setUp();
    const ids = await contacts([
      { email: 'mia@example.com', phone: '2025550111' },
      { email: 'mia+x@example.com', phone: '2025550112', ...jane },
      { phone: '2025550113', ...jane },
      { phone: '2025550114', ...jane },
    ]);

    expect(await run()).toMatchObject({ processed: 2, successful: 2 });

    expect(await stored(ids)).toHaveLength(1);
    expect(await total()).toBe(1);
  });

  test('looks for what it is asked for, in the list that it is asked for', async () => {
    const { contacts, run, newList } = setUp();
    const list = await newList('L');
    await contacts([
      { phone: '2025550121', ...jane, listIds: [list.id] },
      { phone: '2025550122', ...jane },
      { phone: '2025550123', firstName: 'Jane', lastName: 'Doe', zip: jane.zip, listIds: [list.id] },
    ]);

    const counts = [];
    for (const asked of [
      { reasons: ['name-address' as const] },
      { reasons: ['email' as const] },
      { reasons: ['name-zip' as const] },
      { listId: list.id },
      { listId: list.id, reasons: ['name-zip' as const] },
    ])
      counts.push((await run({ dryRun: true, ...asked })).processed);

    expect(counts).toEqual([1, 0, 1, 0, 1]);
    await expect(run({ listId: systemIds.random() })).rejects.toMatchObject({ details: { field: 'listId' } });
  });

  test('says why a group could not be merged, and merges the rest', async () => {
    const { contacts, run, groups, stored, organizationId } = setUp();
    const made = await contacts([
      { email: 'jo@example.com' },
      { email: 'jo+1@example.com' },
      { email: 'kim@example.com' },
      { email: 'kim+1@example.com' },
    ]);
    for (const id of made.slice(0, 2))
      await table.transact([contactStore(table, organizationId).signsInAs(id, systemIds.random(), undefined)]);

    const job = await run();

    expect(job).toMatchObject({ status: 'completed', processed: 2, successful: 1, failed: 1 });
    expect(job.errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect(await stored(made)).toHaveLength(3);
    expect((await groups(job.id)).map(({ conflict }) => conflict !== null).toSorted()).toEqual([false, true]);
  });

  test('reads names and mailboxes a step at a time, and finds the same', async () => {
    const { contacts, organizationId } = setUp();
    await contacts(
      Array.from({ length: 60 }, (_, index) => ({ email: `jo${index % 30}${index < 30 ? '' : '+x'}@example.com` })),
    );
    const finder = duplicateFinder(table, organizationId, () => true);
    const initial = initials.indexOf('j');

    const found = [];
    for (const slice of [0, 1, 2])
      found.push(...(await finder.byEmail(initial, { slice, slices: 3 }, undefined)).found);

    expect(new Set(found.map(({ key }) => key)).size).toBe(30);
    expect(
      (await finder.byEmail(initial, { slice: 0, slices: 1 }, 'jo20@example.com')).found.map(({ key }) => key),
    ).toEqual(
      found
        .map(({ key }) => key)
        .toSorted()
        .filter((key) => key > 'jo20@example.com'),
    );
  });

  test('loses nobody and counts each group once, whenever its worker dies', async () => {
    for (let nth = 1; nth <= 22; nth += 1)
      for (const when of ['before', 'after'] as const) {
        const {
          contacts,
          services,
          servicesOn,
          caller,
          organizationId,
          queue,
          drain,
          stored,
          total,
          newList,
          countOf,
        } = setUp();
        const list = await newList('L');
        const made = await contacts([
          { email: 'ann@example.com', phone: '2025550131', listIds: [list.id], city: 'Oslo' },
          { email: 'ann+b@example.com', phone: '2025550132', listIds: [list.id] },
        ]);
        const request = { kind: 'deduplicate' as const, dryRun: false, reasons: ['email' as const], slices: 1 };
        const job = await startJob(services, caller, request, { parts: 1, expected: 1000 });
        const message = queue[0];
        if (!message) throw new Error('Nothing was sent');

        await runJobPart(servicesOn(dyingTable(table, nth, when).table), message).catch((error: unknown) => {
          expect(error).toBeInstanceOf(Killed);
        });
        await drain();

        expect(await contactJobStore(table, organizationId).get(job.id)).toMatchObject({
          status: 'completed',
          processed: 1,
          successful: 1,
          failed: 0,
        });
        expect(await stored(made)).toMatchObject([{ id: made[1], city: 'Oslo' }]);
        expect(
          await holdersOf(
            table,
            organizationId,
            ['+12025550131', '+12025550132'],
            ['ann@example.com', 'ann+b@example.com'],
          ),
        ).toEqual([made[1]]);
        expect([await total(), await countOf(list.id)]).toEqual([1, 1]);
      }
  });
});

describe('what a deduplication found', () => {
  test('is merged later, all of it or the groups that are named, once', async () => {
    const { contacts, run, groups, duplicates, caller, stored } = setUp();
    const made = await contacts(
      ['ann@example.com', 'ann+1@example.com', 'bob@example.com', 'bob+1@example.com'].map((email) => ({ email })),
    );
    const { id: jobId } = await run({ dryRun: true });
    const [first] = await groups(jobId);
    const unknown = '00-AAAAAAAAAAAAAAAAAAAAAA';

    const named = await duplicates.merge(caller, jobId, { groupIds: [first?.id ?? '', unknown] });
    expect(named).toMatchObject({ kind: 'merge-duplicates', processed: 2, successful: 1, failed: 1 });
    expect(named.errors).toMatchObject([{ contactId: unknown, code: 'NOT_FOUND' }]);
    expect(await stored(made)).toHaveLength(3);

    expect(await duplicates.merge(caller, jobId, {})).toMatchObject({ status: 'completed', processed: 2, failed: 0 });
    expect((await stored(made)).map(({ id }) => id)).toEqual([made[1], made[3]]);
    await expect(duplicates.merge(caller, named.id, {})).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('and people changed since is merged only where it is alike still; who is deleted is left out', async () => {
    const { contacts, run, groups, duplicates, caller, stored, change, jobs } = setUp();
    const made = await contacts([
      { phone: '2025550141', ...jane },
      { phone: '2025550142', ...jane },
      { email: 'zoe@example.com' },
      { email: 'zoe+1@example.com' },
      { email: 'zoe+2@example.com' },
    ]);
    const { id: jobId } = await run({ dryRun: true });
    await change(made[0] ?? '', { firstName: 'Joan' });
    await jobs.run(caller, { action: 'delete', contactIds: made.slice(2, 3) });

    const shown = (await groups(jobId)).map(({ reason, merged }) => [reason, merged?.id ?? null]);
    expect(Object.fromEntries(shown)).toEqual({ 'name-address': null, email: made[4] });
    const merge = await duplicates.merge(caller, jobId, {});

    expect(merge).toMatchObject({ processed: 2, successful: 1, failed: 1 });
    expect((await stored(made)).map(({ id }) => id)).toEqual([made[0], made[1], made[4]]);
  });

  test('is forgotten by no crash: the schedule sends on what stands still', async () => {
    const { contacts, services, caller, queue, drain, total } = setUp();
    await contacts([{ email: 'ann@example.com' }, { email: 'ann+1@example.com' }]);
    const request = { kind: 'deduplicate' as const, dryRun: false, reasons: ['email' as const], slices: 1 };
    await startJob(services, caller, request, { parts: initials.length, expected: 1000 });
    queue.length = 0;

    await resumeJobs({ ...services, clock: () => new Date(Date.now() + 3 * 60_000) });
    await drain();

    expect(await total()).toBe(1);
  });

  test('is merged by nobody who may not delete contacts', async () => {
    const { duplicates, caller, run } = setUp();
    const { id } = await run({ dryRun: true });
    const limited = { ...caller, permissions: new Set(['bulk:run', 'contacts:write'] as const) };

    await expect(duplicates.merge(limited, id, {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(duplicates.start(limited, {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(duplicates.start(limited, { dryRun: true })).resolves.toMatchObject({ status: 'completed' });
  });
});
