import { expect, test } from 'vitest';
import { ContactFilter, matcherOf } from '../../../shared/contacts/contact-filter.ts';
import { StoredContact } from '../../../shared/contacts/contact-item.ts';

const contact = (over: Partial<StoredContact>) =>
  StoredContact.parse({
    id: 'one',
    country: 'US',
    status: 'active',
    createdBy: 'somebody',
    createdAt: '2026-03-01T12:00:00.000Z',
    updatedAt: '2026-03-02T12:00:00.000Z',
    version: 1,
    lists: {},
    ...over,
  });

test.each([
  ['a state that was given, by its name', { state: 'california' }, { state: 'CA' }, { state: 'NV' }],
  ['a state that was given by its name', { state: 'CA' }, { state: 'California' }, { state: 'Utah' }],
  ['a state that only the ZIP code tells', { state: 'DC' }, { zip: '20500' }, { zip: '94105' }],
  ['a province, without case', { state: 'ontario' }, { state: 'Ontario', country: 'CA' }, { state: 'Quebec' }],
  [
    'a time zone that only the area code tells',
    { timeZone: 'America/Los_Angeles' },
    { phone: '+14155550101' },
    { phone: '+12025550101' },
  ],
  ['the source, without case', { source: 'website' }, { source: 'Website' }, { source: 'API' }],
  ['when it was made', { createdSince: '2026-03-01T14:00:00+02:00' }, {}, { createdAt: '2026-03-01T11:59:59.999Z' }],
  ['that there is a phone', { hasPhone: true }, { phone: '+12025550101' }, { email: 'a@b.example' }],
  ['that there is no phone', { hasPhone: false }, { email: 'a@b.example' }, { phone: '+12025550101' }],
  ['that there is no e-mail address', { hasEmail: false }, { phone: '+12025550101' }, { email: 'a@b.example' }],
  [
    'a custom text, without case',
    { customFields: { plan: 'GOLD' } },
    { customFields: { Plan: 'gold' } },
    { customFields: { Plan: 'golden' } },
  ],
  [
    'a custom number',
    { customFields: { Score: 7 } },
    { customFields: { Score: 7, Other: null } },
    { customFields: { Score: 70 } },
  ],
  [
    'every custom field that is asked',
    { customFields: { Member: true, Plan: 'gold' } },
    { customFields: { Member: true, Plan: 'Gold' } },
    { customFields: { Member: true } },
  ],
  [
    'a custom field and not one whose name and value read alike',
    { customFields: { a: 'b c' } },
    { customFields: { a: 'b c' } },
    { customFields: { 'a b': 'c' } },
  ],
])('a filter tells contacts by %s', (_, filter, meant, other) => {
  const matches = matcherOf(ContactFilter.parse(filter));

  expect(matches(contact(meant))).toBe(true);
  expect(matches(contact(other))).toBe(false);
});

test('a filter that was stored is read again as it was', () => {
  const filter = ContactFilter.parse({ createdSince: '2026-03-01T14:00:00+02:00', customFields: { plan: ' gold ' } });

  expect(ContactFilter.parse(filter)).toEqual(filter);
  expect(filter).toEqual({ createdSince: '2026-03-01T12:00:00.000Z', customFields: { plan: 'gold' } });
});
