/** What changed since the last telling: some phones, or so many that naming them is no use. */
export interface Change {
  phones: string[];
  many: boolean;
}

const mostNamed = 200;

/** Tells listeners which phones changed: gathered for a moment, so that a campaign is not a flood of events. */
export function createChanges(gatherMs = 200) {
  const listeners = new Set<(change: Change) => void>();
  const phones = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    timer = undefined;
    const change = { phones: [...phones].slice(0, mostNamed), many: phones.size > mostNamed };
    phones.clear();
    for (const listener of listeners) listener(change);
  };
  return {
    add(phone: string) {
      if (listeners.size === 0) return;
      phones.add(phone);
      timer ??= setTimeout(tell, gatherMs).unref();
    },
    /** Returns the function that ends the listening. */
    listen(listener: (change: Change) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export type Changes = ReturnType<typeof createChanges>;
