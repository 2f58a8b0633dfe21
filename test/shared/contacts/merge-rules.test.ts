import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredContact } from '../../../shared/contacts/contact-item.ts';
import { contactOf, emailsOf, phonesOf } from '../../../shared/contacts/contact-item.ts';
import { absorb, mergedOf, mergeOrder } from '../../../shared/contacts/merge-rules.ts';

const now = '2026-03-01T12:00:00.000Z';
const day = (number: number) => `2026-01-${String(number).padStart(2, '0')}T00:00:00.000Z`;

const contact = (id: string, updatedAt: string, fields: Partial<StoredContact> = {}): StoredContact =>
  contactOf({
    id,
    phone: `+120255501${id.padStart(2, '0')}`,
    country: 'US',
    status: 'active',
    createdBy: 'u',
    createdAt: day(1),
    updatedAt,
    version: 1,
    lists: {},
    ...fields,
  });

const text = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
const texts = fc.uniqueArray(fc.constantFrom('v', 'w', 'x', 'y'));

/** Contacts of which each was changed on another day, and one at the most signs in. */
const group = fc
  .record({
    count: fc.integer({ min: 2, max: 6 }),
    days: fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { minLength: 6, maxLength: 6 }),
    signing: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
    fields: fc.array(
      fc.record({
        firstName: text,
        address: text,
        notes: text,
        assignedManagerId: text,
        hasEmail: fc.boolean(),
        hasPhone: fc.boolean(),
        tags: texts,
        custom: texts,
        lists: texts,
        status: fc.constantFrom('active' as const, 'inactive' as const),
      }),
      { minLength: 6, maxLength: 6 },
    ),
  })
  .map(({ count, days, signing, fields }) =>
    fields.slice(0, count).map(({ hasEmail, hasPhone, custom, lists, ...rest }, index) =>
      contact(String(index), day(days[index] ?? 1), {
        ...rest,
        phone: hasPhone || !hasEmail ? `+1202555010${index}` : undefined,
        email: hasEmail ? `p${index}@example.com` : undefined,
        customFields: Object.fromEntries(custom.map((name) => [name, index])),
        lists: Object.fromEntries(lists.map((name) => [name, day(2)])),
        authUserId: signing === index ? 'auth' : undefined,
      }),
    ),
  );

const sorted = (some: Iterable<string>) => [...new Set(some)].toSorted();
const newestFirst = (contacts: readonly StoredContact[]) =>
  contacts.toSorted((one, other) => (one.updatedAt > other.updatedAt ? -1 : 1));

describe('a merged contact', () => {
  test('says field by field what the newest says that says anything, and loses nothing else', () => {
    fc.assert(
      fc.property(group, (contacts) => {
        const merged = mergedOf(contacts, now);
        const byAge = newestFirst(contacts);
        const newest = (name: keyof StoredContact) => byAge.find((one) => one[name] !== undefined)?.[name];

        for (const name of ['firstName', 'address', 'notes', 'phone', 'email', 'country'] as const)
          expect(merged[name], name).toBe(newest(name));
        expect(merged.status).toBe(byAge[0]?.status);
        expect(sorted(phonesOf(merged))).toEqual(sorted(contacts.flatMap(phonesOf)));
        expect(sorted(emailsOf(merged))).toEqual(sorted(contacts.flatMap(emailsOf)));
        expect(sorted(merged.tags ?? [])).toEqual(sorted(contacts.flatMap(({ tags = [] }) => tags)));
        expect(sorted(Object.keys(merged.lists))).toEqual(sorted(contacts.flatMap(({ lists }) => Object.keys(lists))));
        for (const name of new Set(contacts.flatMap(({ customFields = {} }) => Object.keys(customFields))))
          expect(merged.customFields?.[name]).toBe(
            byAge.find(({ customFields }) => customFields?.[name] !== undefined)?.customFields?.[name],
          );
        const signing = contacts.find(({ authUserId }) => authUserId !== undefined);
        expect(merged.assignedManagerId).toBe(signing ? signing.assignedManagerId : newest('assignedManagerId'));
        expect(merged.id).toBe((signing ?? byAge[0])?.id);
      }),
    );
  });

  test('is the same in whatever order its contacts come', () => {
    fc.assert(
      fc.property(
        group.chain((contacts) =>
          fc.tuple(fc.constant(contacts), fc.shuffledSubarray(contacts, { minLength: contacts.length })),
        ),
        ([contacts, shuffled]) => {
          expect(mergedOf(shuffled, now)).toEqual(mergedOf(contacts, now));
        },
      ),
    );
  });

  test('is the same when a crash interrupts the merge after any contact, and it goes on later', () => {
    fc.assert(
      fc.property(group, fc.nat(4), fc.option(fc.nat(5)), (contacts, taken, preferred) => {
        const preferredId = preferred === null ? undefined : String(preferred);
        const { survivor, others } = mergeOrder(contacts, preferredId);
        const before = others.slice(0, taken).reduce((merged, other) => absorb(merged, other, now), survivor);
        const later = '2026-03-02T12:00:00.000Z';

        const {
          updatedAt: _at,
          merged: _merged,
          ...resumed
        } = mergedOf([before, ...others.slice(taken)], later, preferredId ?? survivor.id);
        const { updatedAt: _then, merged: _once, ...atOnce } = mergedOf(contacts, now, preferredId);

        expect(resumed).toEqual(atOnce);
      }),
    );
  });

  test('that somebody changed since its last merge is as new as that change', () => {
    const old = absorb(contact('1', day(1), { city: 'Oslo' }), contact('2', day(2)), now);
    const changed = { ...old, city: 'Bergen', updatedAt: '2026-04-01T00:00:00.000Z' };
    const between = contact('3', '2026-03-15T00:00:00.000Z', { city: 'Lima' });

    expect(mergedOf([old, between], now).city).toBe('Lima');
    expect(mergedOf([changed, between], now).city).toBe('Bergen');
  });

  test('can not be made of two that sign in', () => {
    const two = [contact('1', day(1), { authUserId: 'a' }), contact('2', day(2), { authUserId: 'b' })];

    expect(() => mergedOf(two, now)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  });
});
