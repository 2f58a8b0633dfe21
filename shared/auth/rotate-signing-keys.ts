import { type Clock, isoAfter } from '../platform/clock.ts';
import { accessTokenSeconds } from '../sessions/session.ts';
import type { SigningKey, SigningKeyStore } from './signing-key-store.ts';

/** How long a key signs. */
const signsSeconds = 30 * 24 * 3600;
/** A key is published this long before it signs: whoever keeps our keys for a day knows it by then. */
const announcedSeconds = 24 * 3600;
/** A key stays published until its last token has ended, and a while longer for clocks that are late. */
const keptSeconds = accessTokenSeconds + 3600;

/** Every moment at which something changes: tells whether there is anything to do before a key is made. */
const isOlder = (since: string, seconds: number, now: Date) => isoAfter(new Date(since), seconds) <= now.toISOString();

/**
 * The keys as they have to be at `now`, or undefined when nothing changes. A key is announced a day before it takes
 * over, signs for 30 days, and is published until no token of it lives. `makeKey` is called for a key to announce.
 */
export const rotated = async (
  keys: readonly SigningKey[],
  now: Date,
  makeKey: () => Promise<SigningKey>,
): Promise<SigningKey[] | undefined> => {
  const at = now.toISOString();
  const current = keys.find(({ state }) => state === 'current');
  if (!current) return undefined;
  const next = keys.find(({ state }) => state === 'next');
  const retired = keys.filter(({ state }) => state === 'retired');
  const kept = retired.filter(({ stateSince }) => !isOlder(stateSince, keptSeconds, now));
  const isDue = isOlder(current.stateSince, signsSeconds, now);
  if (next && isDue && isOlder(next.stateSince, announcedSeconds, now))
    return [{ ...next, state: 'current', stateSince: at }, { ...current, state: 'retired', stateSince: at }, ...kept];
  const isNear = isOlder(current.stateSince, signsSeconds - announcedSeconds, now);
  if (!next && isNear) return [current, { ...(await makeKey()), state: 'next', stateSince: at }, ...kept];
  return kept.length === retired.length ? undefined : [current, ...(next ? [next] : []), ...kept];
};

export interface RotationServices {
  store: SigningKeyStore;
  clock: Clock;
  makeKey: () => Promise<SigningKey>;
}

/** One step of the rotation, if one is due. Whoever comes second at the same moment changes nothing. */
export const rotateSigningKeys = async ({ store, clock, makeKey }: RotationServices): Promise<{ changed: number }> => {
  const { keys, version } = await store.read();
  const after = await rotated(keys, clock(), makeKey);
  return { changed: after && (await store.replace(after, version)) ? 1 : 0 };
};

/**
 * A new key at once, and none of the others any more: for a key that somebody else may have. Access tokens end within
 * the five minutes for which functions believe keys; refresh tokens go on and bring new ones.
 * @throws Error when others rotate at the same time
 */
export const replaceSigningKeys = async ({ store, clock, makeKey }: RotationServices): Promise<void> => {
  const { version } = await store.read();
  const key = { ...(await makeKey()), state: 'current' as const, stateSince: clock().toISOString() };
  if (!(await store.replace([key], version))) throw new Error('Somebody else rotated the keys meanwhile: try again');
};
