import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../../shared/platform/password-hash.ts';

test.each(['argon2id', 'scrypt'] as const)('a password of %s is known again, and no other', (kind) => {
  const hash = hashPassword('four quiet lanterns', kind);

  const outcomes = ['four quiet lanterns', 'four quiet lantern'].map((password) => verifyPassword(password, hash));

  expect(hash.startsWith(`$${kind}$`)).toBe(true);
  expect(outcomes).toEqual([true, false]);
});

test('equal passwords have different hashes', () => {
  expect(hashPassword('four quiet lanterns')).not.toBe(hashPassword('four quiet lanterns'));
});

test('a password typed on another keyboard is the same password', () => {
  const hash = hashPassword('caf\u00e9 au lait');

  expect(verifyPassword('cafe\u0301 au lait', hash)).toBe(true);
});

test('nobody has no password', () => {
  expect(verifyPassword('', undefined)).toBe(false);
});
