import { createCleanList } from '../../shared/dnc/create-clean-list.ts';
import { ScrubStep } from '../../shared/dnc/jobs.ts';
import { finishScrub } from '../../shared/dnc/run-scrub.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { taskHandler } from '../../shared/platform/triggers/task-handler.ts';
import { appTable, scrubServices } from '../../shared/services.ts';

export const handler = taskHandler(ScrubStep, (step) =>
  finishScrub(scrubServices(), step, createCleanList(appTable(), systemClock, step.organizationId)),
);
