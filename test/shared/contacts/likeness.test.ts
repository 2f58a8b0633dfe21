import { describe, expect, test } from 'vitest';
import { contactOf } from '../../../shared/contacts/contact-item.ts';
import { likeByPlace, mailboxOf } from '../../../shared/contacts/likeness.ts';
import { streetOf, zipOf } from '../../../shared/contacts/street.ts';

describe('a mailbox', () => {
  test.each([
    ['jane@example.com', 'jane@example.com', false],
    ['jane+news@example.com', 'jane@example.com', true],
    ['jane.doe@example.com', 'jane.doe@example.com', false],
    ['jane.doe@gmail.com', 'janedoe@gmail.com', true],
    ['j.a.n.e.doe+x+y@googlemail.com', 'janedoe@gmail.com', true],
    ['+jane@example.com', '+jane@example.com', false],
  ])('of %s is %s', (email, key, varies) => {
    expect(mailboxOf(email)).toEqual({ key, varies });
  });

  test('that gives no sign of other addresses sorts after those of it that have a tag', () => {
    for (const tag of ['!', '+', '1', 'a', 'zz', '_']) expect(`jane+${tag}@b.com` < 'jane@b.com').toBe(true);
  });
});

test.each([
  ['12 N. Main Street, #4', '12 n main st apt 4'],
  ['12 north main st apt. 4', '12 n main st apt 4'],
  ['12 North Main St Unit 4', '12 n main st apt 4'],
  ['12 N Main St, Apt #4', '12 n main st apt 4'],
  ["O'Hare Avenue 7", 'ohare ave 7'],
  ['Peña Boulevard 8500', 'pena blvd 8500'],
  ['  ', ''],
  [undefined, ''],
])('the street %s is compared as %s', (address, street) => {
  expect(streetOf(address)).toBe(street);
});

test.each([
  ['02139-4307', '02139'],
  ['021394307', '02139'],
  ['SW1A 1AA', 'sw1a1aa'],
  [undefined, ''],
])('the ZIP code %s is compared as %s', (zip, compared) => {
  expect(zipOf(zip)).toBe(compared);
});

describe('contacts of one name', () => {
  const contact = (id: string, address?: string, zip?: string) =>
    contactOf({
      id,
      firstName: 'Jo',
      lastName: 'Lee',
      address,
      zip,
      country: 'US',
      status: 'active',
      createdBy: 'u',
      createdAt: 't',
      updatedAt: 't',
      version: 1,
      lists: {},
    });
  const found = (reasons: Parameters<typeof likeByPlace>[1], ...contacts: ReturnType<typeof contact>[]) =>
    likeByPlace(contacts, reasons).map(({ reason, contacts: some }) => [reason, ...some.map(({ id }) => id)]);

  test('are alike by street, and by the ZIP codes of those that say one', () => {
    const [one, two] = [contact('1', '1 Main Street', '02139'), contact('2', '1 main st', '02139-4307')];

    expect(found(['name-address'], one, two)).toEqual([['name-address', '1', '2']]);
    expect(found(['name-address'], one, two, contact('3', '1 Main St.'))).toEqual([['name-address', '1', '2', '3']]);
    expect(found(['name-address'], one, two, contact('3', '1 Main St'), contact('4', '1 Main St', '90210'))).toEqual([
      ['name-address', '1', '2'],
    ]);
    expect(found(['name-address'], one, contact('5', '2 Main St', '02139'))).toEqual([]);
    expect(found(['name-address'], contact('6'), contact('7'))).toEqual([]);
  });

  test('are alike by ZIP code alone where it is asked for and no second street contradicts', () => {
    const [one, bare] = [contact('1', '1 Main Street', '02139'), contact('2', undefined, '02139')];

    expect(found(['name-address'], one, bare)).toEqual([]);
    expect(found(['name-zip'], one, bare)).toEqual([['name-zip', '1', '2']]);
    expect(found(['name-zip'], one, bare, contact('3', '9 Elm St', '02139'))).toEqual([]);
    expect(found(['name-zip'], one, contact('4', '1 Main St', '02139'))).toEqual([]);
  });
});
