import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { referencePage, referencePolicy } from '../../shared/docs/reference-page.ts';
import { docsRoutes } from '../../shared/docs/routes.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { openApiDocument } from '../../shared/platform/http/openapi.ts';
import { routes } from '../../shared/routes.ts';
import { httpServices, version } from '../../shared/services.ts';

const script = readFileSync(join(import.meta.dirname, 'reference.js.gz')).toString('base64');
const description =
  'SMS control tower: contacts, imports, consent, Do-Not-Call, campaigns. What API Gateway answers itself (413, 429, 503) keeps its own shape.';

export const handler = httpHandler(docsRoutes, httpServices(), {
  getAbout: async ({ baseUrl }) => ({
    name: 'Heliograph',
    version,
    docs: `${baseUrl}/docs`,
    openapi: `${baseUrl}/openapi.json`,
    health: `${baseUrl}/health`,
  }),
  getOpenApi: async ({ baseUrl }) => ({
    ...openApiDocument(routes, { title: 'Heliograph', version, description, serverUrl: baseUrl }),
  }),
  getReference: async ({ baseUrl }) => ({
    text: referencePage(baseUrl),
    headers: { 'content-security-policy': referencePolicy(baseUrl) },
  }),
  getReferenceScript: async () => ({ text: script, gzip: true, headers: { 'cache-control': 'public, max-age=86400' } }),
});
