import { expect, test } from 'vitest';
import { assertGoodPassword } from '../../../shared/auth/password-rules.ts';

const common = new Set(['sunshine1']);
const own = ['dana', 'dana@harbor-clinic.example', 'Dana Reyes', undefined, '+12025550143'];

test.each([
  'Sunshine1',
  'DANA',
  'dana@harbor-clinic.example',
  'Dana Reyes',
  'reyes2026!',
  '!!Reyes!!',
  'harbor',
  '+12025550143',
])('a password that is guessed first is refused: %s', (password) => {
  expect(() => assertGoodPassword(common, password, own)).toThrow(
    expect.objectContaining({ code: 'VALIDATION_ERROR', details: expect.objectContaining({ field: 'password' }) }),
  );
});

test.each(['four quiet lanterns', '83927465', 'danarides a bike', 'пароль из слов'])(
  'a password of any kind is taken otherwise: %s',
  (password) => {
    expect(() => assertGoodPassword(common, password, own)).not.toThrow();
  },
);
