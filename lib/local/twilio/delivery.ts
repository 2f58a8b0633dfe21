import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import { advanced, nextStatus, type SimulatedMessage } from './message.ts';
import type { MessageStore } from './message-store.ts';
import type { SimulatorLog } from './simulator-log.ts';
import { callbacksInFlight, type PostStatus } from './status-callback.ts';

/** Longer than a callback with all its retries may take: the message is not taken up again meanwhile. */
const leaseMs = 120_000;

/** Carries accepted messages through their statuses. */
export interface Delivery {
  /** Something became due. */
  wake(): void;
  /** Resolves when nothing is on its way, late callbacks included; messages scheduled for later don't count. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts delivering. A message takes its next step only after the callback of its last one was answered, so callbacks
 * come in order unless a fault says otherwise, and a slow receiver slows delivery down instead of filling memory.
 */
export function startDelivery(options: {
  messages: MessageStore;
  post: PostStatus;
  faults: Faults;
  statusDelayMs: () => number;
  onStatus: (message: SimulatedMessage) => void;
  stopping: AbortSignal;
  log: SimulatorLog;
}): Delivery {
  const { messages, post, faults, stopping } = options;
  const working = new Set<Promise<void>>();
  /** Callbacks held back until a later one of their message has gone. */
  const held = new Map<number, SimulatedMessage[]>();
  let steps = 0;
  let timer: NodeJS.Timeout | undefined;
  let plannedAt = Number.POSITIVE_INFINITY;

  const track = (work: Promise<void>) => {
    const tracked = work
      .catch((error: unknown) =>
        options.log({ level: 'error', source: 'twilio', message: `Delivery: ${String(error)}` }),
      )
      .finally(() => working.delete(tracked));
    working.add(tracked);
  };

  async function tell(message: SimulatedMessage, last: boolean): Promise<void> {
    const manner = message.callbacks ?? faults.ofCallback();
    if (manner === 'lost') return;
    if (manner === 'delayed') {
      const late = sleep(faults.settings().callbackDelayMs, undefined, { signal: stopping });
      track(late.then(() => post(message)).catch(() => undefined));
      return;
    }
    if (manner === 'reordered' && !last) {
      held.set(message.seq, [message, ...(held.get(message.seq) ?? [])]);
      return;
    }
    await post(message, manner === 'doubled' ? 2 : 1);
    for (const earlier of held.get(message.seq) ?? []) await post(earlier);
    held.delete(message.seq);
  }

  async function step(message: SimulatedMessage): Promise<void> {
    const now = Date.now();
    const moved = advanced({ ...message, dueAt: now + leaseMs }, now);
    const last = nextStatus(moved) === null;
    messages.update(last ? { ...moved, dueAt: null } : moved);
    options.onStatus(moved);
    if (moved.statusCallback !== null) await tell(moved, last);
    if (!last && !stopping.aborted) messages.setDue(moved, Date.now() + options.statusDelayMs());
  }

  function run(): void {
    plannedAt = Number.POSITIVE_INFINITY;
    if (stopping.aborted) return;
    const free = callbacksInFlight - steps;
    for (const message of free > 0 ? messages.due(Date.now(), free) : []) {
      steps += 1;
      track(
        step(message).finally(() => {
          steps -= 1;
          plan();
        }),
      );
    }
    plan();
  }

  /** The next look: at once when there is room and something due, else when it will be. A full pool plans when a step ends. */
  function plan(): void {
    if (stopping.aborted || steps >= callbacksInFlight) return;
    const dueAt = messages.nextDueAt();
    // An earlier timer stays: if every new message moved it, a steady stream of them would keep it from ever firing.
    if (dueAt === null || dueAt >= plannedAt) return;
    plannedAt = dueAt;
    clearTimeout(timer);
    // Timers hold 24.8 days at most, a scheduled message may be due later.
    timer = setTimeout(run, Math.min(Math.max(0, dueAt - Date.now()), 3_600_000));
  }

  return {
    wake: plan,
    async idle() {
      while (!stopping.aborted) {
        const dueAt = messages.nextDueAt();
        if (working.size === 0 && (dueAt === null || dueAt > Date.now() + leaseMs)) return;
        await sleep(5);
      }
    },
    async close() {
      clearTimeout(timer);
      await Promise.allSettled(working);
    },
  };
}
