import { systemClock } from '../../shared/platform/clock.ts';
import { fallbackHandler } from '../../shared/platform/http/fallback-handler.ts';

export const handler = fallbackHandler(systemClock);
