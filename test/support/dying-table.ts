import type { Table } from '../../shared/platform/table/table.ts';

export class Killed extends Error {}

/**
 * The table as seen by a worker that dies at its nth call: before the call did anything, or after, with its answer
 * lost. Every later call of the dead worker fails too. `calls` counts those that were made.
 */
export const dyingTable = (table: Table, nth: number, when: 'before' | 'after') => {
  let calls = 0;
  const step = async <T>(run: () => Promise<T>): Promise<T> => {
    calls += 1;
    const call = calls;
    if (call > nth || (call === nth && when === 'before')) throw new Killed(`Killed at call ${nth}`);
    const answer = await run();
    if (call === nth) throw new Killed(`Killed after call ${nth}`);
    return answer;
  };
  const dying: Table = {
    get: (...args) => step(() => table.get(...args)),
    getAll: (...args) => step(() => table.getAll(...args)),
    query: (...args) => step(() => table.query(...args)),
    put: (...args) => step(() => table.put(...args)),
    update: (...args) => step(() => table.update(...args)),
    delete: (...args) => step(() => table.delete(...args)),
    transact: (...args) => step(() => table.transact(...args)),
    insertAll: (...args) => step(() => table.insertAll(...args)),
    writeAll: (...args) => step(() => table.writeAll(...args)),
  };
  return { table: dying, calls: () => calls };
};
