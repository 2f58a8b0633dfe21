import { expect, inject, test } from 'vitest';
import { apiClient } from '../../../lib/api-client.ts';
import { authRoutes } from '../../../shared/auth/routes.ts';
import { sessionRoutes } from '../../../shared/sessions/routes.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { signUp } from '../../support/sign-up.ts';

const api = apiClient(inject('stack').apiUrl);

/** Somebody who is signed in on two devices. */
const onTwoDevices = async () => {
  const { api: first, session } = await signUp();
  const again = await api.call(authRoutes.login, {
    body: { username: session.user.username, password: 'four quiet lanterns' },
    headers: { 'user-agent': 'Second device' },
  });
  return { first, second: api.signedIn(again.access_token), session, again };
};

test('sessions are listed with device, address and the one that asks, the newest first', async () => {
  const { first } = await onTwoDevices();

  const { data } = await first.call(sessionRoutes.listSessions, {});

  expect(data).toMatchObject([
    { device_info: 'Second device', ip_address: '127.0.0.1', is_current: false, is_active: true },
    { is_current: true, is_active: true },
  ]);
});

test('one session can be ended from another: its tokens stop working at once, the others go on', async () => {
  const { first, second, again } = await onTwoDevices();
  const { data } = await first.call(sessionRoutes.listSessions, {});
  const sessionId = data.find(({ is_current }) => !is_current)?.id ?? '';

  await first.call(sessionRoutes.endSession, { params: { sessionId } });

  expect(await refusalOf(second.call(authRoutes.getMe, {}))).toBe('401 UNAUTHENTICATED');
  const { refresh_token } = again;
  expect(await refusalOf(api.call(authRoutes.refresh, { body: { refresh_token } }))).toBe('401 INVALID_CREDENTIALS');
  expect((await first.call(sessionRoutes.listSessions, {})).data).toHaveLength(1);
});

test('logout counts on the very next call', async () => {
  const { first, session } = await onTwoDevices();

  await first.call(sessionRoutes.logout, {});

  expect(await refusalOf(first.call(authRoutes.getMe, {}))).toBe('401 UNAUTHENTICATED');
  const { refresh_token } = session;
  expect(await refusalOf(api.call(authRoutes.refresh, { body: { refresh_token } }))).toBe('401 INVALID_CREDENTIALS');
});

test('logout from everywhere ends every session, and a new sign-in works', async () => {
  const { first, second, again } = await onTwoDevices();

  await first.call(sessionRoutes.logoutAll, {});

  expect(await refusalOf(first.call(authRoutes.getMe, {}))).toBe('401 UNAUTHENTICATED');
  expect(await refusalOf(second.call(authRoutes.getMe, {}))).toBe('401 UNAUTHENTICATED');
  const { refresh_token, user } = again;
  expect(await refusalOf(api.call(authRoutes.refresh, { body: { refresh_token } }))).toBe('401 INVALID_CREDENTIALS');
  const third = await api.call(authRoutes.login, {
    body: { username: user.username, password: 'four quiet lanterns' },
  });
  const { data } = await api.signedIn(third.access_token).call(sessionRoutes.listSessions, {});
  expect(data).toMatchObject([{ is_current: true }]);
});

test('nobody ends a session of somebody else', async () => {
  const { first } = await onTwoDevices();
  const stranger = await signUp();
  const { data } = await first.call(sessionRoutes.listSessions, {});

  const answers = await Promise.all(
    data.map(({ id }) => refusalOf(stranger.api.call(sessionRoutes.endSession, { params: { sessionId: id } }))),
  );

  expect(answers).toEqual(['404 NOT_FOUND', '404 NOT_FOUND']);
  expect((await first.call(sessionRoutes.listSessions, {})).data).toHaveLength(2);
});
