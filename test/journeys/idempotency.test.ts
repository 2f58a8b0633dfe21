import { expect, test } from 'vitest';
import { contactListRoutes } from '../../shared/contact-lists/routes.ts';
import { signUp } from '../support/sign-up.ts';

const key = { 'idempotency-key': 'the same' };
const codeOf = (body: unknown) => ({ error: { code: body } });

test('a POST that is repeated under its key is done once and answered alike', async () => {
  const { api, send } = await signUp();

  const first = await send('POST', '/contact-lists', { name: 'Leads' }, key);
  const again = await send('POST', '/contact-lists', { name: 'Leads' }, key);
  const other = await send('POST', '/contact-lists', { name: 'Others' }, key);
  const elsewhere = await send('POST', '/contacts', { phone: '2025550101' }, key);

  expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
  expect([again.status, again.headers.get('idempotent-replayed'), again.body]).toEqual([201, 'true', first.body]);
  expect([other.status, other.body]).toMatchObject([422, codeOf('IDEMPOTENCY_MISMATCH')]);
  expect([elsewhere.status, elsewhere.body]).toMatchObject([422, codeOf('IDEMPOTENCY_MISMATCH')]);
  expect((await api.call(contactListRoutes.listContactLists, {})).pagination.total).toBe(1);
});

test('of many that come at once under one key, one is done', async () => {
  const { api, send } = await signUp();

  const answers = await Promise.all(
    Array.from({ length: 8 }, () => send('POST', '/contact-lists', { name: 'Leads' }, key)),
  );

  const codes = answers.map(({ status, body }) => (status === 201 ? 'made' : Object(Object(body).error).code));
  expect(new Set([...codes, 'IDEMPOTENCY_IN_FLIGHT'])).toEqual(new Set(['made', 'IDEMPOTENCY_IN_FLIGHT']));
  expect(answers.filter((answer) => answer.status === 201 && !answer.headers.get('idempotent-replayed'))).toHaveLength(
    1,
  );
  expect((await api.call(contactListRoutes.listContactLists, {})).pagination.total).toBe(1);
});

test('a refused request leaves its key to the corrected one, and others have keys of their own', async () => {
  const [mine, theirs] = [await signUp(), await signUp()];

  const refused = await mine.send('POST', '/contact-lists', { name: '' }, key);
  const corrected = await mine.send('POST', '/contact-lists', { name: 'Leads' }, key);
  const another = await theirs.send('POST', '/contact-lists', { name: 'Leads' }, key);
  const endless = await mine.send('POST', '/contact-lists', { name: 'More' }, { 'idempotency-key': 'k'.repeat(256) });

  expect([refused.status, corrected.status, another.status]).toEqual([422, 201, 201]);
  expect(corrected.headers.get('idempotent-replayed')).toBeNull();
  expect(another.body).not.toEqual(corrected.body);
  expect([endless.status, endless.body]).toMatchObject([422, { error: { details: { field: 'Idempotency-Key' } } }]);
});
