import { resumeClosures } from '../../shared/closures/close-organization.ts';
import { closureSteps } from '../../shared/identity-services.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { scheduleHandler } from '../../shared/platform/triggers/schedule-handler.ts';
import { appTable } from '../../shared/services.ts';

export const handler = scheduleHandler(() =>
  resumeClosures({ table: appTable(), clock: systemClock, steps: closureSteps() }),
);
