import { expect, test } from 'vitest';
import { refreshSession } from '../../../shared/auth/refresh-session.ts';
import { register } from '../../../shared/auth/register.ts';
import { authKeys } from '../../../shared/platform/table/keys.ts';
import { endSession } from '../../../shared/sessions/manage-sessions.ts';
import { aRegistration, identityOn, somewhere } from '../../support/identity.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();
const later = { seconds: 0 };
const { services, authenticate } = identityOn(table, later);
const signedUp = () => register(services, { body: aRegistration(), idempotencyKey: undefined, ...somewhere });
const ended = { code: 'UNAUTHENTICATED' };
const refused = { code: 'INVALID_CREDENTIALS' };

test('a refresh token works once and brings the next', async () => {
  const first = await signedUp();

  const second = await refreshSession(services, first.refresh_token, somewhere);
  const third = await refreshSession(services, second.refresh_token, somewhere);

  expect(new Set([first, second, third].map(({ refresh_token }) => refresh_token)).size).toBe(3);
  await expect(authenticate(third.access_token)).resolves.toMatchObject({ userId: first.user.id });
});

test('a refresh token that was used already ends the session, however long ago that was', async () => {
  const first = await signedUp();
  const second = await refreshSession(services, first.refresh_token, somewhere);
  const third = await refreshSession(services, second.refresh_token, somewhere);

  await expect(refreshSession(services, first.refresh_token, somewhere)).rejects.toMatchObject(refused);

  await expect(authenticate(third.access_token)).rejects.toMatchObject(ended);
  await expect(refreshSession(services, third.refresh_token, somewhere)).rejects.toMatchObject(refused);
});

test('50 parallel refreshes with one token make at most one successor and end the session', async () => {
  const { refresh_token, access_token } = await signedUp();

  const results = await Promise.allSettled(
    Array.from({ length: 50 }, () => refreshSession(services, refresh_token, somewhere)),
  );

  expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
  await expect(authenticate(access_token)).rejects.toMatchObject(ended);
});

test('the table keeps no refresh token', async () => {
  const { refresh_token, user, access_token } = await signedUp();
  const { sessionId } = await authenticate(access_token);

  const item = await table.get(authKeys.session(user.organization_id, user.id, sessionId ?? ''));

  expect(JSON.stringify(item)).not.toContain(refresh_token.split('.').at(-1));
});

test('logout counts from the next call on, for this session only', async () => {
  const { access_token, refresh_token } = await signedUp();
  const other = await signedUp();

  const { sessionId = '', ...caller } = await authenticate(access_token);
  await endSession(services, { ...caller, sessionId }, sessionId);

  await expect(authenticate(access_token)).rejects.toMatchObject(ended);
  await expect(refreshSession(services, refresh_token, somewhere)).rejects.toMatchObject(refused);
  await expect(authenticate(other.access_token)).resolves.toBeDefined();
});

test('disabling and a changed role count from the next call on', async () => {
  const { access_token, user } = await signedUp();
  const access = authKeys.access(user.organization_id, user.id);

  await table.update(access, { set: { roles: ['viewer'] } });
  const asViewer = await authenticate(access_token);
  await table.update(access, { set: { active: false } });

  expect(asViewer.permissions.has('contacts:write')).toBe(false);
  await expect(authenticate(access_token)).rejects.toMatchObject(ended);
});

test('tokens end with their time', async () => {
  const { access_token, refresh_token } = await signedUp();

  later.seconds = 30 * 60;
  const afterHalfAnHour = await authenticate(access_token).catch((error: unknown) => error);
  later.seconds = 7 * 24 * 3600;
  const afterAWeek = await refreshSession(services, refresh_token, somewhere).catch((error: unknown) => error);
  later.seconds = 0;

  expect(afterHalfAnHour).toMatchObject(ended);
  expect(afterAWeek).toMatchObject(refused);
});

test('a session ends after thirty days, however often it was refreshed', async () => {
  const day = 24 * 3600;
  let { refresh_token } = await signedUp();
  for (let days = 6; days < 30; days += 6) {
    later.seconds = days * day;
    ({ refresh_token } = await refreshSession(services, refresh_token, somewhere));
  }
  later.seconds = 30 * day - 60;
  const last = await refreshSession(services, refresh_token, somewhere);
  later.seconds = 30 * day;
  const answers = await Promise.allSettled([
    authenticate(last.access_token),
    refreshSession(services, last.refresh_token, somewhere),
  ]);
  later.seconds = 0;

  expect(answers).toMatchObject([{ reason: ended }, { reason: refused }]);
});
