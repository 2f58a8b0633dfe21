import { receiveWebhook } from '../../shared/messages/receive-webhook.ts';
import { webhookHandler } from '../../shared/platform/triggers/webhook-handler.ts';
import { webhookServices } from '../../shared/services.ts';

export const handler = webhookHandler(receiveWebhook(webhookServices()));
