/** Lets `size` holders in at a time, the others in the order of their coming. */
export interface Semaphore {
  /** Resolves with what gives the place back. */
  acquire(): Promise<() => void>;
}

export function createSemaphore(size: number): Semaphore {
  let free = size;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    // The place passes straight to the next in line, so that nobody can overtake.
    if (next) next();
    else free += 1;
  };
  return {
    async acquire() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      let held = true;
      return () => {
        if (held) release();
        held = false;
      };
    },
  };
}
