import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** Which attempt at which recipient a status is about; signed by the provider as part of the address. */
export interface Attempt {
  organizationId: OrganizationId;
  campaignId: string;
  /** The target's key in its campaign: the phone. */
  target: string;
  attemptId: string;
}

/**
 * Connection overrides, which are not part of what is signed: five repetitions, whatever failed. The provider's default
 * repeats a connection that failed and nothing else, so that a 429 of a busy webhook would lose the status.
 */
const overrides = '#rc=5&rp=all&tt=15000';

/** The address to which the provider reports the statuses of one attempt. `statusUrl` ends in a slash. */
export const statusCallbackUrl = (statusUrl: string, { organizationId, campaignId, target, attemptId }: Attempt) => {
  const query = new URLSearchParams({ o: organizationId, c: campaignId, t: target, a: attemptId });
  return `${statusUrl}twilio/status?${query.toString()}${overrides}`;
};

const Query = z
  .object({ o: OrganizationId, c: z.uuid(), t: z.string().min(1).max(100), a: z.uuid() })
  .transform(({ o, c, t, a }): Attempt => ({ organizationId: o, campaignId: c, target: t, attemptId: a }));

/** The attempt that a callback's address names; `undefined` for an address that we didn't write. */
export const attemptOf = (query: URLSearchParams): Attempt | undefined => {
  const parsed = Query.safeParse(Object.fromEntries(query));
  return parsed.success ? parsed.data : undefined;
};
