import * as z from 'zod';
import { defineRoutes } from '../platform/http/route.ts';

const ServiceState = z.enum(['healthy', 'unhealthy']);

export const Health = z
  .object({
    status: ServiceState,
    version: z.string(),
    timestamp: z.iso.datetime(),
    services: z.object({ database: ServiceState }),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

export const healthRoutes = defineRoutes({
  getHealth: {
    method: 'GET',
    path: '/health',
    aliases: ['/db-test'],
    summary: 'Whether the API and what it stands on work; checks are cached for some seconds',
    access: 'public',
    status: 200,
    returns: Health,
  },
});
