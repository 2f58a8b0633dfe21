import { inject } from 'vitest';
import { type ApiClient, apiClient } from '../../lib/api-client.ts';
import { authRoutes } from '../../shared/auth/routes.ts';
import { authUserRoutes, type NewAuthUser } from '../../shared/auth-users/routes.ts';
import { systemIds } from '../../shared/platform/id.ts';

export const memberPassword = 'seven loud kettles';

/** What makes a user whose names nobody else has. */
export const aNewUser = (over: Partial<NewAuthUser> = {}) => {
  const name = `m${systemIds.random().replaceAll('-', '').slice(0, 20)}`;
  const role = over.roles ? {} : { role: 'agent' };
  return { username: name, email: `${name}@example.com`, password: memberPassword, ...role, ...over };
};

/** Another member of an organization, made by one of its people, and the API as that member uses it. */
export const aMember = async (by: ApiClient, over: Partial<NewAuthUser> = {}) => {
  const client = apiClient(inject('stack').apiUrl);
  const { data: user } = await by.call(authUserRoutes.createAuthUser, { body: aNewUser(over) });
  const session = await client.call(authRoutes.login, { body: { username: user.username, password: memberPassword } });
  return { user, session, api: client.signedIn(session.access_token) };
};
