import { fallbackHandler } from '../../shared/platform/http/fallback-handler.ts';
import { systemClock } from '../../shared/platform/clock.ts';

export const handler = fallbackHandler(systemClock);
