import { expiresAfter } from '../platform/clock.ts';

/** For how long what was done to many contacts can be taken back. */
export const undoSeconds = 7 * 24 * 3600;

/** Until when a trace is kept by which something is taken back, as a TTL: a day more than anybody can ask for it. */
export const traceTtl = (now: Date) => expiresAfter(now, undoSeconds + 24 * 3600);
