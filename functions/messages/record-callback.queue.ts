import { recordReports } from '../../shared/campaigns/record-reports.ts';
import { StatusReport } from '../../shared/messages/jobs.ts';
import { queueBatchHandler } from '../../shared/platform/triggers/queue-handler.ts';
import { appTable, gateOf } from '../../shared/services.ts';

export const handler = queueBatchHandler(StatusReport, (reports) =>
  recordReports({ table: appTable(), gate: gateOf }, reports),
);
