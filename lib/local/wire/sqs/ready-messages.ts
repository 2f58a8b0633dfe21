import type { Message } from './message.ts';

/** The visible messages of a queue, in the order of their arrival within each message group. */
export interface ReadyMessages {
  readonly size: number;
  add(message: Message): void;
  get(id: string): Message | undefined;
  delete(id: string): void;
  /**
   * Whose turn it is. A fair queue hands out first what belongs to the groups with the least in flight, so that one
   * group's backlog delays nobody else; of equals the one that waits longest.
   */
  next(inFlightOf: (group: string) => number): Message | undefined;
  all(): Message[];
  clear(): void;
}

/** Messages without a group are one group of their own. */
export const groupOf = ({ group = '' }: Message) => group;

export function createReadyMessages(): ReadyMessages {
  const byId = new Map<string, Message>();
  const groups = new Map<string, Map<string, Message>>();
  return {
    get size() {
      return byId.size;
    },
    add(message) {
      byId.set(message.id, message);
      const group = groups.get(groupOf(message)) ?? new Map<string, Message>();
      groups.set(groupOf(message), group.set(message.id, message));
    },
    get: (id) => byId.get(id),
    delete(id) {
      const message = byId.get(id);
      if (!message) return;
      byId.delete(id);
      const group = groups.get(groupOf(message));
      group?.delete(id);
      if (group?.size === 0) groups.delete(groupOf(message));
    },
    next(inFlightOf) {
      let chosen: { message: Message; inFlight: number } | undefined;
      for (const [name, group] of groups) {
        const [message] = group.values();
        const inFlight = inFlightOf(name);
        if (!message || (chosen && inFlight > chosen.inFlight)) continue;
        if (chosen && inFlight === chosen.inFlight && message.sentAt >= chosen.message.sentAt) continue;
        chosen = { message, inFlight };
      }
      return chosen?.message;
    },
    all: () => [...byId.values()],
    clear() {
      byId.clear();
      groups.clear();
    },
  };
}
