import type { Directory } from '../directory/directory.ts';
import { type KeyService, seal, unseal } from '../platform/crypto.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { dataKeyStore } from './data-key-store.ts';
import type { NewSmsProvider } from './sms-provider-settings.ts';
import { smsProviderStore } from './sms-provider-store.ts';

/** An organization's SMS provider with its tokens in the clear: for memory only, never for a log or an answer. */
export interface SmsProviderSettings {
  kind: 'twilio';
  accountSid: string;
  authToken: string;
  /** The token that is coming into force: webhooks signed with either are genuine. */
  nextAuthToken: string | undefined;
  /** The sending number, E.164. */
  sender: string;
  keywordReplies: 'provider' | 'heliograph';
}

type TokenName = 'authToken' | 'nextAuthToken';

/** A sealed token opens in its own place only: of this organization, under this name. */
const placeOf = (organizationId: OrganizationId, name: TokenName) => `${organizationId}#provider#${name}`;

/** Seals what `openSmsProvider` opens. */
export const sealTokens = async (
  table: Table,
  keys: KeyService,
  organizationId: OrganizationId,
  { authToken, nextAuthToken }: Pick<NewSmsProvider, TokenName>,
) => {
  const key = await dataKeyStore(table, keys, organizationId).findOrCreate();
  return {
    sealedAuthToken: seal(key, authToken, placeOf(organizationId, 'authToken')),
    ...(nextAuthToken === undefined
      ? {}
      : { sealedNextAuthToken: seal(key, nextAuthToken, placeOf(organizationId, 'nextAuthToken')) }),
  };
};

/**
 * The provider of an organization, or undefined when none is set. Reads two items (GetItem); KMS is asked once for
 * each organization where `keys` remembers.
 */
export const openSmsProvider = async (
  table: Table,
  keys: KeyService,
  organizationId: OrganizationId,
): Promise<SmsProviderSettings | undefined> => {
  const [stored, key] = await Promise.all([
    smsProviderStore(table, organizationId).get(),
    dataKeyStore(table, keys, organizationId).find(),
  ]);
  if (!stored) return undefined;
  if (!key) throw new Error('Sealed provider tokens without a data key');
  const { kind, accountSid, sender, keywordReplies, sealedAuthToken, sealedNextAuthToken } = stored;
  return {
    kind,
    accountSid,
    sender,
    keywordReplies,
    authToken: unseal(key, sealedAuthToken, placeOf(organizationId, 'authToken')),
    nextAuthToken: sealedNextAuthToken && unseal(key, sealedNextAuthToken, placeOf(organizationId, 'nextAuthToken')),
  };
};

/** The number that an organization sends from, or undefined when no provider is set. Unseals nothing. */
export const sendingNumberOf = async (table: Table, organizationId: OrganizationId): Promise<string | undefined> =>
  (await smsProviderStore(table, organizationId).get())?.sender;

/** Which organization sends from this number (E.164), and so owns what is sent to it. */
export const organizationOfSender = async (directory: Directory, phone: string): Promise<OrganizationId | undefined> =>
  (await directory.holder('sender', phone))?.organizationId;
