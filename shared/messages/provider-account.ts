import { AppError } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { isSignedByTwilio } from '../platform/sms/twilio-signature.ts';
import type { Webhook } from '../platform/triggers/webhook-handler.ts';

/** What a webhook has to know of the organization that it claims to be for. */
export interface ProviderAccount {
  /** The current one, and the next while tokens are rotated. */
  authTokens: readonly string[];
  /** Who answers STOP, START and HELP where the provider would. */
  keywordReplies: 'provider' | 'heliograph';
}

/** The account of an organization; `undefined` where none is set. */
export type ReadAccount = (organizationId: OrganizationId) => Promise<ProviderAccount | undefined>;

export interface ProviderAccounts {
  /** Perhaps some seconds old. */
  remembered: ReadAccount;
  /** As it is now. */
  fresh: ReadAccount;
}

/** How long an account is believed: three callbacks a message would be six reads. */
const believedMs = 30_000;

export const rememberAccounts = (read: ReadAccount, clock: Clock): ProviderAccounts => {
  const known = new Map<OrganizationId, { account: ProviderAccount; at: number }>();
  const fresh: ReadAccount = async (organizationId) => {
    const account = await read(organizationId);
    if (account) known.set(organizationId, { account, at: clock().getTime() });
    else known.delete(organizationId);
    return account;
  };
  const remembered: ReadAccount = async (organizationId) => {
    const last = known.get(organizationId);
    return last && clock().getTime() - last.at < believedMs ? last.account : fresh(organizationId);
  };
  return { remembered, fresh };
};

/**
 * The account whose token signed a webhook. Tokens change: what the remembered ones don't open is held against those
 * of this moment.
 * @throws AppError INVALID_SIGNATURE
 */
export const requireSignature = async (
  { remembered, fresh }: ProviderAccounts,
  organizationId: OrganizationId,
  webhook: Webhook,
): Promise<ProviderAccount> => {
  for (const read of [remembered, fresh]) {
    const account = await read(organizationId);
    if (account && isSignedByTwilio(account.authTokens, webhook)) return account;
  }
  throw notSigned();
};

export const notSigned = () => new AppError('INVALID_SIGNATURE', 'Not signed by the provider');
