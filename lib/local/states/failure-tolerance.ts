import type { MapState } from './definition.ts';
import { type Context, type Json, valueAt } from './payload-template.ts';
import { StateError } from './state-error.ts';

export interface ToleratedFailures {
  count: number | undefined;
  percentage: number | undefined;
}

/** What the state tolerates, in items; without a field, no failure at all. */
export async function toleratedFailures(state: MapState, input: Json, context: Context): Promise<ToleratedFailures> {
  const read = async (path: string | undefined, fixed: number | undefined): Promise<number | undefined> => {
    if (path === undefined) return fixed;
    const value = await valueAt(path, input, context);
    if (typeof value === 'number' && value >= 0) return value;
    throw new StateError('States.Runtime', `${path} is no tolerated failure threshold`, { final: true });
  };
  return {
    count: await read(state.ToleratedFailureCountPath, state.ToleratedFailureCount),
    percentage: await read(state.ToleratedFailurePercentagePath, state.ToleratedFailurePercentage),
  };
}

/** Counts failed items against the thresholds; either one exceeded fails the map. A share is known at the end only. */
export function failureTolerance({ count, percentage }: ToleratedFailures) {
  let failed = 0;
  let total = 0;
  const most = count === undefined && !percentage ? 0 : count;
  return {
    count(items: number, ok: boolean): void {
      total += items;
      if (!ok) failed += items;
    },
    exceeded(when: 'so far' | 'at the end'): boolean {
      if (most !== undefined && failed > most) return true;
      return when === 'at the end' && percentage !== undefined && failed * 100 > percentage * total;
    },
    counts: () => ({ items: total, failed }),
  };
}
