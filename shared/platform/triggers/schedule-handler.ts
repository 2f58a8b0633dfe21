import type { Context } from 'aws-lambda';
import { log, logFailure } from '../log.ts';

/** The Lambda handler of a schedule. `handle` answers what it did, for the log. */
export const scheduleHandler =
  (handle: () => Promise<Record<string, number>>) =>
  async (_event: unknown, context: Context): Promise<void> => {
    log.resetKeys();
    log.addContext(context);
    try {
      log.info('schedule', await handle());
    } catch (error) {
      logFailure('schedule failed', error);
      throw error;
    }
  };
