import { deliveryServices } from '../../shared/identity-services.ts';
import { deliver } from '../../shared/notifications/deliver.ts';
import { Notification } from '../../shared/notifications/jobs.ts';
import { queueHandler } from '../../shared/platform/triggers/queue-handler.ts';

export const handler = queueHandler(Notification, (notification) => deliver(deliveryServices(), notification));
