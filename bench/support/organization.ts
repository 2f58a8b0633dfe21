import { decodeJwt } from 'jose';
import { type ApiClient, apiClient } from '../../lib/api-client.ts';
import { AccessClaims } from '../../shared/auth/access-token.ts';
import { authRoutes } from '../../shared/auth/routes.ts';
import { systemIds } from '../../shared/platform/id.ts';

/** Before an access token ends, which is after half an hour. */
const renewAfterMs = 20 * 60_000;

export interface BenchOrganization {
  /** Signs in anew when its token grows old: a large import takes longer than one lasts. */
  api: ApiClient;
  /** That of the registration. */
  token: string;
  /** One that has most of its time left. */
  freshToken: () => Promise<string>;
  claims: AccessClaims;
}

/** A new organization, and its API as its admin uses it. */
export const signUp = async (apiUrl: string): Promise<BenchOrganization> => {
  const client = apiClient(apiUrl);
  const name = `bench-${systemIds.random().slice(0, 18)}`;
  const password = systemIds.random();
  const { access_token: token } = await client.call(authRoutes.register, {
    body: {
      organization_name: `Organization ${name}`,
      username: name,
      email: `${name}@example.com`,
      password,
      full_name: 'Bench Admin',
    },
  });
  let latest = { token, at: performance.now() };
  const freshToken = async () => {
    if (performance.now() - latest.at < renewAfterMs) return latest.token;
    const answer = await client.call(authRoutes.login, { body: { username: name, password } });
    latest = { token: answer.access_token, at: performance.now() };
    return latest.token;
  };
  const api: ApiClient = {
    signedIn: client.signedIn,
    call: async (route, input) => client.signedIn(await freshToken()).call(route, input),
  };
  return { api, token, freshToken, claims: AccessClaims.parse(decodeJwt(token)) };
};
