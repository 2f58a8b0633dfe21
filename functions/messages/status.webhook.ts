import { receiveStatus } from '../../shared/messages/receive-status.ts';
import { webhookHandler } from '../../shared/platform/triggers/webhook-handler.ts';
import { statusServices } from '../../shared/services.ts';

export const handler = webhookHandler(async (webhook) => {
  await receiveStatus(statusServices(), webhook);
  return undefined;
});
