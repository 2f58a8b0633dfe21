import { ScrubStep } from '../../shared/dnc/jobs.ts';
import { failScrub } from '../../shared/dnc/run-scrub.ts';
import { taskHandler } from '../../shared/platform/triggers/task-handler.ts';
import { scrubServices } from '../../shared/services.ts';

export const handler = taskHandler(ScrubStep, (step) => failScrub(scrubServices(), step));
