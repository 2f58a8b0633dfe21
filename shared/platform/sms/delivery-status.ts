import type { DeliveryStatus } from './sms-provider.ts';

const statuses: Record<string, DeliveryStatus> = {
  scheduled: 'sent',
  accepted: 'sent',
  queued: 'sent',
  sending: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  partially_delivered: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
};

/** The provider's word for a message's status in ours; `undefined` for one that is no outgoing message's. */
export const deliveryStatusOf = (status: string): DeliveryStatus | undefined => statuses[status];
