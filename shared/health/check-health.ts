import type { Clock } from '../platform/clock.ts';
import { logFailure } from '../platform/log.ts';
import { directoryKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Health } from './routes.ts';

/** How long a check is believed: a health page polled by many costs one read in this time. */
const believedMs = 5_000;

/** Answers the state of the API and its table, checked at most once in some seconds. */
export const healthCheck = (table: Table, clock: Clock, version: string) => {
  let last: { at: number; health: Health } | undefined;
  return async (): Promise<Health> => {
    const now = clock();
    if (last && now.getTime() - last.at < believedMs) return last.health;
    const database = await table.get(directoryKeys.signingKeys).then(
      () => 'healthy' as const,
      (error: unknown) => {
        logFailure('table unreachable', error);
        return 'unhealthy' as const;
      },
    );
    last = {
      at: now.getTime(),
      health: { status: database, version, timestamp: now.toISOString(), services: { database } },
    };
    return last.health;
  };
};
