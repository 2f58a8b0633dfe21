import * as z from 'zod';
import { pageOf, pageQuery } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { AuditLog } from './audit-log.ts';

export const auditLogRoutes = defineRoutes({
  listAuditLogs: {
    method: 'GET',
    path: '/audit-logs',
    summary: 'Who did what to which thing, from where: the newest first',
    access: 'audit:read',
    query: pageQuery.extend({
      from: z.iso.datetime().optional(),
      to: z.iso.datetime().optional(),
      userId: z.string().max(100).optional(),
      action: z.string().max(100).optional(),
      resource: z.string().max(100).optional(),
      resourceId: z.string().max(100).optional(),
    }),
    status: 200,
    returns: pageOf(AuditLog),
  },
});
