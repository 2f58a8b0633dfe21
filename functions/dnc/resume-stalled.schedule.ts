import { resumeScrubs } from '../../shared/dnc/start-scrub.ts';
import { scheduleHandler } from '../../shared/platform/triggers/schedule-handler.ts';
import { scrubStarts } from '../../shared/services.ts';

export const handler = scheduleHandler(() => resumeScrubs(scrubStarts()));
