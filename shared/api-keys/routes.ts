import * as z from 'zod';
import { message, one } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { ApiKeyView, NewApiKey } from './api-key.ts';

export const apiKeyRoutes = defineRoutes({
  listApiKeys: {
    method: 'GET',
    path: '/api-keys',
    summary: 'The organization’s API keys, the newest first, without what proves them',
    access: 'org:manage',
    status: 200,
    returns: z.object({ data: z.array(ApiKeyView) }),
  },
  createApiKey: {
    method: 'POST',
    path: '/api-keys',
    summary: 'Makes a key for a machine client, sent as a Bearer token; the answer shows it once',
    access: 'org:manage',
    body: NewApiKey,
    status: 201,
    returns: one(ApiKeyView.extend({ key: z.string() }).meta({ id: 'CreatedApiKey' })),
    errors: ['CONFLICT'],
    showsSecret: true,
  },
  getApiKey: {
    method: 'GET',
    path: '/api-keys/{apiKeyId}',
    summary: 'One API key',
    access: 'org:manage',
    status: 200,
    returns: one(ApiKeyView),
  },
  deleteApiKey: {
    method: 'DELETE',
    path: '/api-keys/{apiKeyId}',
    summary: 'Deletes a key: the next call with it is refused',
    access: 'org:manage',
    status: 200,
    returns: message,
  },
});
