import { describe, expect, test } from 'vitest';
import { ContactChange, NewContact } from '../../../shared/contacts/contact.ts';

const refusedField = (body: unknown) => NewContact.safeParse(body).error?.issues[0]?.path.join('.');

describe('a new contact', () => {
  test('is trimmed, its address lower-cased, its empty texts none', () => {
    const contact = NewContact.parse({
      firstName: ' Jane ',
      lastName: '',
      email: ' Jane@Example.COM',
      country: 'us',
      tags: ['a', 'a'],
    });

    expect(contact).toEqual({
      firstName: 'Jane',
      lastName: null,
      email: 'jane@example.com',
      country: 'US',
      tags: ['a'],
    });
  });

  test.each([
    [{ email: 'nobody' }, 'email'],
    [{ firstName: 'x'.repeat(101) }, 'firstName'],
    [{ tags: Array.from({ length: 51 }, (_, tag) => String(tag)) }, 'tags'],
    [{ customFields: { score: 1e300 } }, 'customFields.score'],
    [{ customFields: { 'a.b[0]': 1 } }, 'customFields.a.b[0]'],
    [{ country: 'USA' }, 'country'],
    [{ listIds: ['nope'] }, 'listIds.0'],
    [{ id: 'mine' }, ''],
  ])('is refused for %j', (body, field) => {
    expect(refusedField(body)).toBe(field);
  });
});

test('a change may clear a text but not the country', () => {
  expect(ContactChange.parse({ notes: null, email: '' })).toEqual({ notes: null, email: null });
  expect(ContactChange.safeParse({ country: null }).success).toBe(false);
});
