import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { AppError, invalidField } from '../../errors.ts';
import { type Clock, expiresAfter } from '../clock.ts';
import { logFailure } from '../log.ts';
import type { OrganizationId } from '../organization-id.ts';
import { lessThan, missing, or } from '../table/expression.ts';
import { idempotencyKeys } from '../table/keys.ts';
import { ConditionFailed, type Table } from '../table/table.ts';
import type { Response } from './respond.ts';
import type { Caller, Route } from './route.ts';

/** How long an answer is kept for replay. */
const keptSeconds = 48 * 3600;
/** A request in flight holds its key no longer than an HTTP function may run. */
const heldSeconds = 30;

const StoredAnswer = z.object({ statusCode: z.number(), headers: z.record(z.string(), z.string()), body: z.string() });

const Stored = z.object({ fingerprint: z.string(), answer: StoredAnswer.optional() });
export type Stored = z.infer<typeof Stored>;

/** The answers kept under `Idempotency-Key`, by organization and caller. */
export interface IdempotencyStore {
  /** Takes the key for a request, or answers what is stored under it. */
  take(caller: Caller, key: string, fingerprint: string, now: Date): Promise<Stored | undefined>;
  keep(caller: Caller, key: string, answer: z.infer<typeof StoredAnswer>, now: Date): Promise<void>;
  release(caller: Caller, key: string): Promise<void>;
}

export const idempotencyStore = (table: Table): IdempotencyStore => {
  const keyOf = (organizationId: OrganizationId, userId: string, key: string) =>
    idempotencyKeys.answer(organizationId, userId, createHash('sha256').update(key).digest('base64url'));
  return {
    take: async ({ organizationId, userId }, key, fingerprint, now) => {
      const heldUntil = expiresAfter(now, heldSeconds);
      try {
        await table.put(
          { ...keyOf(organizationId, userId, key), fingerprint, heldUntil, ttl: heldUntil },
          or(missing('pk'), lessThan('heldUntil', expiresAfter(now, 0)), lessThan('ttl', expiresAfter(now, 0))),
        );
        return undefined;
      } catch (error) {
        if (error instanceof ConditionFailed) return Stored.parse(error.item);
        throw error;
      }
    },
    keep: async ({ organizationId, userId }, key, answer, now) => {
      const change = { set: { answer, ttl: expiresAfter(now, keptSeconds) }, remove: ['heldUntil'] };
      await table.update(keyOf(organizationId, userId, key), change);
    },
    release: ({ organizationId, userId }, key) => table.delete(keyOf(organizationId, userId, key)),
  };
};

/**
 * Runs a POST once for each `Idempotency-Key`: a repetition gets the first answer again, marked
 * `idempotent-replayed`. Refusals are not kept, so a corrected request may use the key again.
 * @throws AppError IDEMPOTENCY_MISMATCH for another request under the key, IDEMPOTENCY_IN_FLIGHT while it runs
 */
export const replayable = async (
  store: IdempotencyStore,
  clock: Clock,
  route: Route,
  event: APIGatewayProxyEventV2,
  caller: Caller | undefined,
  run: () => Promise<Response>,
): Promise<Response> => {
  const key = event.headers['idempotency-key'];
  if (key === undefined || route.method !== 'POST' || !caller) return run();
  if (key.length < 1 || key.length > 255)
    throw invalidField('Idempotency-Key', 'Idempotency-Key takes 1 to 255 characters');
  const fingerprint = createHash('sha256')
    .update(`${event.requestContext.http.method} ${event.rawPath}?${event.rawQueryString}\n${event.body ?? ''}`)
    .digest('base64url');
  const stored = await store.take(caller, key, fingerprint, clock());
  if (stored && stored.fingerprint !== fingerprint)
    throw new AppError('IDEMPOTENCY_MISMATCH', 'This Idempotency-Key was used for another request', {
      field: 'Idempotency-Key',
    });
  if (stored?.answer && route.showsSecret)
    throw new AppError('CONFLICT', 'This was done, and what it answered was shown once', { field: 'Idempotency-Key' });
  if (stored?.answer) return { ...stored.answer, headers: { ...stored.answer.headers, 'idempotent-replayed': 'true' } };
  if (stored) throw new AppError('IDEMPOTENCY_IN_FLIGHT', 'The first request under this Idempotency-Key still runs');
  const response = await run().catch(async (error: unknown) => {
    await store.release(caller, key);
    throw error;
  });
  const { statusCode = 200, headers, body = '' } = response;
  // The work is done whether or not its answer can be kept: freeing the key now would have it done twice.
  await store
    .keep(caller, key, { statusCode, headers, body: route.showsSecret ? '' : body }, clock())
    .catch((error: unknown) => logFailure('answer not kept', error));
  return response;
};
