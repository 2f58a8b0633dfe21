import { randomBytes, randomInt } from 'node:crypto';
import { v4, v5, v7 } from 'uuid';

/** Where ids and secrets come from: injected, so that a simulation can repeat them. */
export interface Ids {
  /** A random UUID, spread evenly over any bucket of its digits. */
  random(): string;
  /** A UUID that sorts by the time of its making: newest-first lists need no index. */
  sequential(): string;
  /** A secret of `bytes` random bytes, base64url. */
  secret(bytes: number): string;
  /** So many random decimal digits, each as likely. */
  digits(count: number): string;
}

export const systemIds: Ids = {
  random: () => v4(),
  sequential: () => v7(),
  secret: (bytes) => randomBytes(bytes).toString('base64url'),
  digits: (count) => String(randomInt(10 ** count)).padStart(count, '0'),
};

const hexDigitsOfTime = 12;

/** Sorts before every sequential id that was made at `moment` (milliseconds) or later, and after all earlier ones. */
export const sequentialFrom = (moment: Date) => {
  const time = moment.getTime().toString(16).padStart(hexDigitsOfTime, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
};

const namespace = '5b1f6c8e-0a55-4f0e-9c9b-6d1c3a2f7e10';

/** The same UUID for the same parts, always: what is made twice is made once. */
export const idOf = (...parts: readonly string[]) => v5(JSON.stringify(parts), namespace);
