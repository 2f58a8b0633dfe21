import { decodeJwt } from 'jose';
import { type ApiClient, apiClient } from '../../lib/api-client.ts';
import { AccessClaims } from '../../shared/auth/access-token.ts';
import { authRoutes } from '../../shared/auth/routes.ts';
import { systemIds } from '../../shared/platform/id.ts';

export interface BenchOrganization {
  api: ApiClient;
  token: string;
  claims: AccessClaims;
}

/** A new organization, and its API as its admin uses it. */
export const signUp = async (apiUrl: string): Promise<BenchOrganization> => {
  const client = apiClient(apiUrl);
  const name = `bench-${systemIds.random().slice(0, 18)}`;
  const { access_token: token } = await client.call(authRoutes.register, {
    body: {
      organization_name: `Organization ${name}`,
      username: name,
      email: `${name}@example.com`,
      password: systemIds.random(),
      full_name: 'Bench Admin',
    },
  });
  return { api: client.signedIn(token), token, claims: AccessClaims.parse(decodeJwt(token)) };
};
