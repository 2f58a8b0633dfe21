import * as z from 'zod';
import { defineRoutes } from '../platform/http/route.ts';

export const About = z
  .object({ name: z.string(), version: z.string(), docs: z.url(), openapi: z.url(), health: z.url() })
  .meta({ id: 'About' });

export const docsRoutes = defineRoutes({
  getAbout: {
    method: 'GET',
    path: '/',
    summary: 'Name, version, and where to read on',
    access: 'public',
    status: 200,
    returns: About,
  },
  getOpenApi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    access: 'public',
    status: 200,
    returns: z.record(z.string(), z.unknown()),
  },
  getReference: {
    method: 'GET',
    path: '/docs',
    aliases: ['/redoc'],
    summary: 'The interactive reference of this API',
    access: 'public',
    status: 200,
    produces: 'text/html',
  },
  getReferenceScript: {
    method: 'GET',
    path: '/docs/reference.js',
    summary: 'The script of the interactive reference',
    access: 'public',
    status: 200,
    produces: 'text/javascript',
  },
});
