import { waitUntil } from '../wait-until.ts';
import type { WaitState } from './definition.ts';
import type { StateHandler } from './machine.ts';
import { valueAt } from './payload-template.ts';
import { StateError, stopped } from './state-error.ts';

/** A Wait state by seconds or by timestamp, fixed or from its input. */
export function wait(state: WaitState, where: string): StateHandler {
  const given = [state.Seconds, state.SecondsPath, state.Timestamp, state.TimestampPath];
  if (given.filter((field) => field !== undefined).length !== 1) throw new Error(`${where}: one duration is needed`);
  return async (input, { context, signal }) => {
    const end = await endOf(state, (path) => valueAt(path, input, context));
    try {
      await waitUntil(end, signal);
    } catch {
      throw stopped();
    }
    return input;
  };
}

async function endOf(state: WaitState, read: (path: string) => Promise<unknown>): Promise<number> {
  if (state.Timestamp !== undefined) return Date.parse(state.Timestamp);
  if (state.TimestampPath !== undefined) {
    const time = Date.parse(String(await read(state.TimestampPath)));
    if (!Number.isNaN(time)) return time;
    throw new StateError('States.Runtime', `${state.TimestampPath} is no timestamp`, { final: true });
  }
  const seconds = state.SecondsPath === undefined ? state.Seconds : await read(state.SecondsPath);
  if (typeof seconds === 'number' && seconds >= 0) return Date.now() + seconds * 1000;
  throw new StateError('States.Runtime', `${state.SecondsPath} is no number of seconds`, { final: true });
}
