import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putBack, setApart } from '../../../shared/audit-logs/personal-values.ts';

const personal = ['phone', 'customFields'];

test('what is set apart leaves null in its place, however deep, and everything else as it was', () => {
  const values = {
    before: { status: 'active', phone: '+12025550123', customFields: { score: 1 } },
    details: { absorbed: { id: 'x', phone: '+12025550124', lists: { a: 'b' } } },
  };

  const { open, apart } = setApart(values, personal);

  expect(open).toEqual({
    before: { status: 'active', phone: null, customFields: null },
    details: { absorbed: { id: 'x', phone: null, lists: { a: 'b' } } },
  });
  expect(apart).toEqual({
    before: { phone: '+12025550123', customFields: { score: 1 } },
    details: { absorbed: { phone: '+12025550124' } },
  });
});

test('nothing is apart where no field is personal, or says nothing', () => {
  expect(setApart({ after: { status: 'active', phone: null } }, personal).apart).toEqual({});
});

test('what was set apart and is put back is what it was', () => {
  const name = fc.constantFrom('phone', 'customFields', 'status', 'lists');
  const { values } = fc.letrec<{ values: Record<string, unknown>; value: unknown }>((tie) => ({
    values: fc.dictionary(name, tie('value'), { noNullPrototype: true }),
    value: fc.oneof({ maxDepth: 3 }, fc.jsonValue({ maxDepth: 1, noUnicodeString: true }), tie('values')),
  }));
  fc.assert(
    fc.property(values, (whole) => {
      const { open, apart } = setApart(whole, personal);

      expect(putBack(open, apart)).toEqual(whole);
      expect(JSON.stringify(open)).not.toMatch(/"(phone|customFields)":[^n]/);
    }),
  );
});
