import { hash } from 'node:crypto';
import type { OrganizationId } from '../organization-id.ts';
import { digitBuckets, letterBuckets } from './walk.ts';

/** A partition of an organization: every key begins with it, the directory's excepted. */
export const of = (organizationId: OrganizationId, ...parts: string[]) => ['O', organizationId, ...parts].join('#');

/** Ids end in random digits, whatever their version. */
export const idBucket = (id: string) => id.slice(-1);

/** One of so many shards, by a hex digit. */
export const shardOf = (digit: string, shards: number) => String(Number.parseInt(digit, 16) % shards);

/** A hex digit that follows from a text, each as likely, however alike the texts are. */
export const digitOf = (text: string) => hash('sha1', text).slice(-1);

export const phoneBucket = (phone: string) => phone.slice(-1);

/** Short codes and senders with letters are no numbers: their bucket follows from their last two characters as well. */
export const pairBucket = (phone: string) => {
  const pair = phone.slice(-2);
  return /^\d\d$/.test(pair) ? pair : `0${phone.length % 10}`;
};

/** Names by their first letter; those that begin with no Latin one by that character's number. */
export const initialOf = (text: string) =>
  /^[a-z]/.test(text) ? text.charAt(0) : `_${(text.codePointAt(0) ?? 0) % 10}`;
export const initials = [...letterBuckets, ...digitBuckets.map((digit) => `_${digit}`)];

export const reversed = (text: string) => [...text].toReversed().join('');

/** A number with leading zeros: sort keys sort as text. */
export const padded = (value: number, width: number) => String(value).padStart(width, '0');
