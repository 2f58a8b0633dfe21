import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { log, logFailure } from '../log.ts';

/** What a task may know of its invocation: how long it still has. */
export interface TaskContext {
  remainingMilliseconds(): number;
}

/** The Lambda handler of a state machine's step. An error's name is the word that the machine's `ErrorEquals` uses. */
export const taskHandler =
  <T, A>(schema: z.ZodType<T>, handle: (input: T, context: TaskContext) => Promise<A>) =>
  async (event: unknown, context: Context): Promise<A> => {
    log.resetKeys();
    log.addContext(context);
    try {
      const answer = await handle(schema.parse(event), {
        remainingMilliseconds: () => context.getRemainingTimeInMillis(),
      });
      log.info('task', { answer });
      return answer;
    } catch (error) {
      logFailure('task failed', error);
      throw error;
    }
  };
