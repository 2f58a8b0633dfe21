/** Runs tasks, at most `size` at a time, in the order in which they come; the rest wait. */
export interface WorkPool {
  run<Result>(task: () => Promise<Result>): Promise<Result>;
}

export function createWorkPool(size: number): WorkPool {
  let free = size;
  const waiting: (() => void)[] = [];
  return {
    async run(task) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        // The slot goes straight to the one that waits, so that nobody can overtake it.
        if (next) next();
        else free += 1;
      }
    },
  };
}
