import { sealAudit } from '../../shared/audit-logs/seal-audit.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { scheduleHandler } from '../../shared/platform/triggers/schedule-handler.ts';
import { appTable } from '../../shared/services.ts';

export const handler = scheduleHandler(() => sealAudit({ table: appTable(), clock: systemClock }));
