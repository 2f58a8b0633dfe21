import * as z from 'zod';

/** Time zones that the runtime knows (IANA). */
const isTimeZone = (zone: string) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
};

/** An IANA time zone. */
export const TimeZone = z.string().trim().max(64).refine(isTimeZone, 'Not an IANA time zone, as in America/New_York');
