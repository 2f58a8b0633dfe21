import { listAuditLogs } from '../../shared/audit-logs/list-audit-logs.ts';
import { auditLogRoutes } from '../../shared/audit-logs/routes.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { appTable, httpServices } from '../../shared/services.ts';

export const handler = httpHandler(auditLogRoutes, httpServices(), {
  listAuditLogs: ({ caller, query }) => listAuditLogs(appTable(), caller, query),
});
