import type { QueueDefinition, QueueDepth } from '../engines.ts';
import type { Message } from './message.ts';
import { createReadyMessages, groupOf } from './ready-messages.ts';

/** A message whose time has not come: delayed, or received and invisible. */
interface Pending {
  message: Message;
  due: number;
  inFlight: boolean;
}

interface Waiter {
  most: number;
  visibilitySeconds: number | undefined;
  resolve: (received: Received[]) => void;
}

export interface Received {
  message: Message;
  receiptHandle: string;
}

export interface Queue {
  readonly definition: QueueDefinition;
  readonly arn: string;
  put(message: Message, delaySeconds?: number): void;
  /** Up to `most` messages, at once or as soon as there is one; none when `waitSeconds` are over or `signal` aborts. */
  receive(
    most: number,
    waitSeconds: number,
    visibilitySeconds: number | undefined,
    signal: AbortSignal,
  ): Promise<Received[]>;
  /** A handle of an earlier receive deletes nothing, and is no error. */
  remove(receiptHandle: string): void;
  /** False when the handle's message is not in flight. */
  changeVisibility(receiptHandle: string, seconds: number): boolean;
  depth(): QueueDepth;
  releaseAll(): void;
  purge(): void;
  close(): void;
}

export interface QueueOptions {
  arn: string;
  visibilityCapSeconds: number;
  /** Takes a message that was received too often; false when there is no such queue. */
  toDeadLetters(queueArn: string, message: Message): boolean;
  onGone(message: Message): void;
}

const neverDue = Number.POSITIVE_INFINITY;

/** A standard queue: at least once, roughly in order, fair between message groups, dead letters after `maxReceiveCount`. */
export function createQueue(definition: QueueDefinition, options: QueueOptions): Queue {
  const ready = createReadyMessages();
  const pending = new Map<string, Pending>();
  const inFlight = new Map<string, number>();
  const waiters = new Set<Waiter>();
  let nextDue = neverDue;
  let timer: NodeJS.Timeout | undefined;

  function countInFlight({ message, inFlight: counts }: Pending, by: 1 | -1): void {
    if (!counts) return;
    const now = (inFlight.get(groupOf(message)) ?? 0) + by;
    if (now === 0) inFlight.delete(groupOf(message));
    else inFlight.set(groupOf(message), now);
  }

  function letGo(id: string): void {
    const entry = pending.get(id);
    if (!entry) return;
    pending.delete(id);
    countInFlight(entry, -1);
  }

  function hold(message: Message, seconds: number, received: boolean): void {
    const due = Date.now() + seconds * 1000;
    letGo(message.id);
    const entry = { message, due, inFlight: received };
    pending.set(message.id, entry);
    countInFlight(entry, 1);
    if (due < nextDue) {
      nextDue = due;
      arm();
    }
  }

  /** A timer only while somebody waits: otherwise the next receive looks. */
  function arm(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiters.size === 0 || nextDue === neverDue) return;
    timer = setTimeout(serveWaiters, Math.max(0, nextDue - Date.now()));
  }

  function wake(): void {
    const now = Date.now();
    if (now < nextDue) return;
    nextDue = neverDue;
    for (const [id, entry] of pending) {
      if (entry.due <= now) {
        letGo(id);
        ready.add(entry.message);
      } else if (entry.due < nextDue) nextDue = entry.due;
    }
  }

  function take(most: number, visibilitySeconds: number | undefined): Received[] {
    wake();
    const taken: Received[] = [];
    const oldest = Date.now() - definition.retentionSeconds * 1000;
    while (taken.length < most) {
      const message = ready.next((group) => inFlight.get(group) ?? 0);
      if (!message) break;
      ready.delete(message.id);
      if (message.sentAt < oldest) {
        options.onGone(message);
        continue;
      }
      const { redrive } = definition;
      if (
        redrive &&
        message.receives >= redrive.maxReceiveCount &&
        options.toDeadLetters(redrive.deadLetterQueueArn, message)
      )
        continue;
      message.receives += 1;
      message.firstReceivedAt ??= Date.now();
      const seconds = Math.min(visibilitySeconds ?? definition.visibilityTimeoutSeconds, options.visibilityCapSeconds);
      hold(message, seconds, true);
      taken.push({ message, receiptHandle: `${message.id}.${message.receives}` });
    }
    return taken;
  }

  function serveWaiters(): void {
    wake();
    for (const waiter of waiters) {
      if (ready.size === 0) break;
      const received = take(waiter.most, waiter.visibilitySeconds);
      if (received.length > 0) waiter.resolve(received);
    }
    arm();
  }

  /** The message of a handle, if nobody received it after that. */
  function find(receiptHandle: string): { message: Message; entry: Pending | undefined } | undefined {
    const [id = '', receives] = receiptHandle.split('.');
    const entry = pending.get(id);
    const message = entry?.message ?? ready.get(id);
    return message && String(message.receives) === receives ? { message, entry } : undefined;
  }

  return {
    definition,
    arn: options.arn,
    put(message, delaySeconds = 0) {
      if (delaySeconds > 0) hold(message, delaySeconds, false);
      else {
        ready.add(message);
        if (waiters.size > 0) serveWaiters();
      }
    },
    receive(most, waitSeconds, visibilitySeconds, signal) {
      const received = take(most, visibilitySeconds);
      if (received.length > 0 || waitSeconds === 0 || signal.aborted) return Promise.resolve(received);
      return new Promise((resolve) => {
        const end = () => waiter.resolve([]);
        const longest = setTimeout(end, waitSeconds * 1000);
        const waiter: Waiter = {
          most,
          visibilitySeconds,
          resolve(messages) {
            clearTimeout(longest);
            signal.removeEventListener('abort', end);
            waiters.delete(waiter);
            resolve(messages);
          },
        };
        signal.addEventListener('abort', end, { once: true });
        waiters.add(waiter);
        arm();
      });
    },
    remove(receiptHandle) {
      const found = find(receiptHandle);
      if (!found) return;
      letGo(found.message.id);
      ready.delete(found.message.id);
      options.onGone(found.message);
    },
    changeVisibility(receiptHandle, seconds) {
      const found = find(receiptHandle);
      if (!found?.entry?.inFlight) return false;
      hold(found.message, Math.min(seconds, options.visibilityCapSeconds), true);
      if (seconds === 0) serveWaiters();
      return true;
    },
    depth() {
      wake();
      const received = [...pending.values()].filter((entry) => entry.inFlight).length;
      return { visible: ready.size, inFlight: received, delayed: pending.size - received };
    },
    releaseAll() {
      for (const entry of pending.values()) entry.due = 0;
      nextDue = 0;
      serveWaiters();
    },
    purge() {
      for (const message of [...ready.all(), ...[...pending.values()].map((entry) => entry.message)])
        options.onGone(message);
      ready.clear();
      pending.clear();
      inFlight.clear();
    },
    close() {
      clearTimeout(timer);
      for (const waiter of waiters) waiter.resolve([]);
    },
  };
}
