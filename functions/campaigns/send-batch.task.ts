import { SendBatch } from '../../shared/campaigns/jobs.ts';
import { sendBatch } from '../../shared/campaigns/send-batch.ts';
import { taskHandler } from '../../shared/platform/triggers/task-handler.ts';
import { sendServices } from '../../shared/services.ts';

/** What a group of 25 may take when every call runs into its timeout: whoever has less begins none. */
const reserveMs = 60_000;

export const handler = taskHandler(SendBatch, ({ Items, BatchInput }, { remainingMilliseconds }) =>
  sendBatch(
    sendServices(),
    BatchInput,
    Items.map(({ target }) => target),
    () => remainingMilliseconds() > reserveMs,
  ),
);
