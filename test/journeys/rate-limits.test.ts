import { expect, test } from 'vitest';
import { OrganizationId } from '../../shared/platform/organization-id.ts';
import { exists } from '../../shared/platform/table/expression.ts';
import { organizationKeys, rateLimitKeys } from '../../shared/platform/table/keys.ts';
import { phoneAt } from '../support/made-up-phones.ts';
import { signUp } from '../support/sign-up.ts';
import { stackTable } from '../support/stack-table.ts';

/** An organization of the free tier that has made almost all the contacts of this hour. */
const almostThrough = async () => {
  const owner = await signUp();
  const organizationId = OrganizationId.parse(owner.session.user.organization_id);
  const table = await stackTable();
  await table.update(
    organizationKeys.organization(organizationId),
    { set: { subscriptionTier: 'free' } },
    exists('pk'),
  );
  const hour = Math.floor(Date.now() / 3_600_000);
  for (const window of [hour, hour + 1])
    await table.put({ ...rateLimitKeys.counter(organizationId, 'contacts', window), used: 998 });
  return owner;
};

test('an organization whose contacts of the hour are made is told when to come again', async () => {
  const { send } = await almostThrough();
  const create = (index: number, headers = {}) => send('POST', '/contacts', { phone: phoneAt(index) }, headers);

  const first = await create(1, { 'idempotency-key': 'first' });
  const again = await create(1, { 'idempotency-key': 'first' });
  const second = await create(2);
  const third = await create(3);

  expect([first, again, second, third].map(({ status }) => status)).toEqual([201, 201, 201, 429]);
  expect(third.body).toMatchObject({ error: { code: 'RATE_LIMITED', details: { limit: 1000, kind: 'contacts' } } });
  const wait = Number(third.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(3600);
  expect(first.headers.get('ratelimit-policy')).toBe('"api_calls";q=10000;w=86400, "contacts";q=1000;w=3600');
  expect(first.headers.get('ratelimit')).toMatch(/^"api_calls";r=\d+;t=\d+, "contacts";r=1;t=\d+$/);
  expect(second.headers.get('ratelimit')).toContain('"contacts";r=0;');
});

test('what is not a contact goes on, and another organization too', async () => {
  const { send } = await almostThrough();
  for (const index of [1, 2, 3]) await send('POST', '/contacts', { phone: phoneAt(index) });

  expect((await send('GET', '/contacts')).status).toBe(200);
  const other = await signUp();
  expect((await other.send('POST', '/contacts', { phone: phoneAt(4) })).status).toBe(201);
});
