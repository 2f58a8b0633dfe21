import fc from 'fast-check';
import { expect, test } from 'vitest';
import { whatChanged, withoutSecrets } from '../../../shared/audit-logs/what-changed.ts';

test('only what differs is kept, on both sides', () => {
  const before = { name: 'Ada', city: 'Rome', tags: ['a'], version: 1, updatedAt: 'x' };
  const after = { name: 'Ada', city: 'Oslo', tags: ['a', 'b'], version: 2, updatedAt: 'y', zip: '0150' };

  expect(whatChanged(before, after)).toEqual({
    before: { city: 'Rome', tags: ['a'] },
    after: { city: 'Oslo', tags: ['a', 'b'], zip: '0150' },
  });
});

test('what came new or went has one side', () => {
  expect(whatChanged(undefined, { name: 'Ada' })).toEqual({ after: { name: 'Ada' } });
  expect(whatChanged({ name: 'Ada' }, undefined)).toEqual({ before: { name: 'Ada' } });
});

test('no secret is kept, however deep it stands', () => {
  const names = [
    'password',
    'passwordHash',
    'authToken',
    'sealedAuthToken',
    'refreshHash',
    'clientSecret',
    'code',
    'key',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(4), (name, depth) => {
      let values: Record<string, unknown> = { [name]: 'canary-1234', kept: 1 };
      for (let level = 0; level < depth; level += 1) values = { inner: level % 2 === 0 ? values : [values] };

      expect(JSON.stringify(withoutSecrets(values))).not.toContain('canary-1234');
    }),
  );
});

test('nothing endless is kept', () => {
  const text = JSON.stringify(withoutSecrets({ notes: 'x'.repeat(5000), tags: Array.from({ length: 500 }, String) }));

  expect(text.length).toBeLessThan(1000);
});
