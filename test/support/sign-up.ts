import { inject } from 'vitest';
import { apiClient } from '../../lib/api-client.ts';
import { authRoutes } from '../../shared/auth/routes.ts';
import { systemIds } from '../../shared/platform/id.ts';

/** A new organization on the running stack, and its API as its admin uses it. */
export const signUp = async (apiUrl = inject('stack').apiUrl) => {
  const client = apiClient(apiUrl);
  const name = `u${systemIds.random().replaceAll('-', '').slice(0, 20)}`;
  const session = await client.call(authRoutes.register, {
    body: {
      organization_name: `Organization ${name}`,
      username: name,
      email: `${name}@example.com`,
      password: 'four quiet lanterns',
      full_name: 'Dana Reyes',
    },
  });
  const api = client.signedIn(session.access_token);
  /** A request as any HTTP client sends it, for what the typed client hides. */
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(apiUrl.replace(/\/$/, '') + path, {
      method,
      headers: { authorization: `Bearer ${session.access_token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    return { status: response.status, headers: response.headers, body: answer };
  };
  return { api, send, session };
};
