import { inject } from 'vitest';
import { apiClient } from '../../lib/api-client.ts';
import { makeSuperuser } from '../../shared/auth/make-superuser.ts';
import { authRoutes } from '../../shared/auth/routes.ts';
import { openDirectory } from '../../shared/directory/directory-store.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { stackTable } from './stack-table.ts';

/** Somebody who works for the platform, made as an operator does, and signed in. */
export const aSuperuser = async () => {
  const table = await stackTable();
  const services = { table, clock: systemClock, ids: systemIds, directory: openDirectory(table) };
  const username = `s${systemIds.random().replaceAll('-', '').slice(0, 20)}`;
  const password = 'eleven calm beacons';
  const make = () => makeSuperuser(services, { username, email: `${username}@example.com`, password });
  // The first of an installation may meet another test's.
  await make().catch(make);
  const client = apiClient(inject('stack').apiUrl);
  const session = await client.call(authRoutes.login, { body: { username, password } });
  return { api: client.signedIn(session.access_token), session };
};
