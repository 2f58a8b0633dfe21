import { notFound } from '../errors.ts';
import type { Webhook, WebhookAnswer } from '../platform/triggers/webhook-handler.ts';
import { type InboundServices, receiveInbound } from './receive-inbound.ts';
import { receiveStatus, type StatusServices } from './receive-status.ts';

/** The addresses behind the function URL. @throws AppError INVALID_SIGNATURE, NOT_FOUND */
export const receiveWebhook =
  (services: InboundServices & StatusServices) =>
  async (webhook: Webhook): Promise<WebhookAnswer> => {
    switch (webhook.path) {
      case '/twilio/status':
        await receiveStatus(services, webhook);
        return undefined;
      case '/twilio/inbound':
        return receiveInbound(services, webhook);
      default:
        throw notFound('Webhook');
    }
  };
