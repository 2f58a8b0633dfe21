import { ScrubStep } from '../../shared/dnc/jobs.ts';
import { planScrub } from '../../shared/dnc/run-scrub.ts';
import { taskHandler } from '../../shared/platform/triggers/task-handler.ts';
import { scrubServices } from '../../shared/services.ts';

/** Time kept back to write the manifest after the last slice. */
const reserveMs = 20_000;

export const handler = taskHandler(ScrubStep, (step, { remainingMilliseconds }) =>
  planScrub(scrubServices(), step, () => remainingMilliseconds() > reserveMs),
);
