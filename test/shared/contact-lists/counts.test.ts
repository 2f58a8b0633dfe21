import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createContact } from '../../../shared/contacts/create-contact.ts';
import { deleteContact } from '../../../shared/contacts/delete-contact.ts';
import { updateContact } from '../../../shared/contacts/update-contact.ts';
import { AppError } from '../../../shared/errors.ts';
import { contactKeys, contactListKeys } from '../../../shared/platform/table/contact-keys.ts';
import { organizationKeys } from '../../../shared/platform/table/keys.ts';
import { anOrganizationWithJobs } from '../../support/contact-jobs.ts';
import { localTable } from '../../support/local-table.ts';
import { itemsOf } from '../../support/stack-table.ts';

const table = await localTable();
const lists = 3;

const which = fc.nat({ max: 5 });
const list = fc.nat({ max: lists - 1 });
const someLists = fc.uniqueArray(list, { maxLength: lists });

/** What people do at the same time, to contacts and lists by their place. */
const deed = fc.oneof(
  fc.record({ does: fc.constant('create' as const), phone: fc.nat({ max: 7 }), into: someLists }),
  fc.record({ does: fc.constant('update' as const), which, into: someLists, inactive: fc.boolean() }),
  fc.record({ does: fc.constant('delete' as const), which }),
  fc.record({ does: fc.constant('move' as const), from: list, into: list }),
  fc.record({ does: fc.constant('add' as const), which, into: list }),
  fc.record({ does: fc.constant('merge' as const), from: list, into: list }),
);
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

const refusals = ['NOT_FOUND', 'DUPLICATE', 'CONFLICT', 'VALIDATION_ERROR'];

test('counts are the memberships, and both what contacts say, whatever is done at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 4, maxLength: 12 }), async (deeds) => {
      const world = anOrganizationWithJobs(table);
      const { caller, organizationId, services, jobs, merges, contacts, newList } = world;
      const listIds: string[] = [];
      for (let index = 0; index < lists; index += 1) listIds.push((await newList(`List ${index}`)).id);
      const idOf = (place: number) => listIds[place] ?? '';
      const bodies = [0, 1, 2, 3, 4, 5].map((index) => ({
        phone: `202555020${index}`,
        listIds: listIds.slice(0, index % (lists + 1)),
      }));
      const ids = await contacts(bodies);

      const run = async (one: Deed): Promise<unknown> => {
        switch (one.does) {
          case 'create':
            return createContact(services, caller, { phone: `202555020${one.phone}`, listIds: one.into.map(idOf) });
          case 'update':
            return updateContact(services, caller, ids[one.which] ?? '', {
              listIds: one.into.map(idOf),
              status: one.inactive ? 'inactive' : 'active',
            });
          case 'delete':
            return deleteContact(services, caller, ids[one.which] ?? '');
          case 'move': {
            const filter = { listId: idOf(one.from) };
            return jobs.run(caller, { action: 'move-to-list', filter, data: { listId: idOf(one.into) } });
          }
          case 'add': {
            const contactIds = [ids[one.which] ?? ''];
            return jobs.run(caller, { action: 'add-to-list', contactIds, data: { listId: idOf(one.into) } });
          }
          case 'merge': {
            const body = { sourceListIds: [idOf(one.from)], targetListId: idOf(one.into), deleteSources: false };
            return merges.merge(caller, body);
          }
        }
      };
      const outcomes = await Promise.allSettled(deeds.map(run));
      await world.drain();

      const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(failures.filter((error) => !(error instanceof AppError && refusals.includes(error.code)))).toEqual([]);
      const standing = await itemsOf(table, contactKeys.buckets(organizationId));
      for (const listId of listIds) {
        const members = await itemsOf(table, contactListKeys.memberBuckets(organizationId, listId));
        const sayingSo = standing.filter(({ lists: theirs }) => listId in Object(theirs));
        expect(members.map(({ sk }) => sk).toSorted()).toEqual(sayingSo.map(({ sk }) => sk).toSorted());
        expect(await world.countOf(listId)).toBe(members.length);
      }
      const { active = 0, inactive = 0 } = Object(await table.get(organizationKeys.counts(organizationId)));
      const having = (status: string) => standing.filter((contact) => contact.status === status).length;
      expect([active, inactive]).toEqual([having('active'), having('inactive')]);
    }),
    { numRuns: 12 },
  );
});
