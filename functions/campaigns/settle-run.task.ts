import { SettleStep } from '../../shared/campaigns/jobs.ts';
import { settleRun } from '../../shared/campaigns/settle-run.ts';
import { taskHandler } from '../../shared/platform/triggers/task-handler.ts';
import { settleServices } from '../../shared/services.ts';

export const handler = taskHandler(SettleStep, (step) => settleRun(settleServices(), step));
