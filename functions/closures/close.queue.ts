import { closeOn } from '../../shared/closures/close-organization.ts';
import { ClosureStep } from '../../shared/closures/jobs.ts';
import { closingServices } from '../../shared/identity-services.ts';
import { queueHandler } from '../../shared/platform/triggers/queue-handler.ts';

export const handler = queueHandler(ClosureStep, (step) => closeOn(closingServices(), step));
