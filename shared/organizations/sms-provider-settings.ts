import * as z from 'zod';

/**
 * Who answers STOP, START and HELP. On a real long code the provider does, by itself; `heliograph` is for numbers
 * where that is switched off.
 */
const KeywordReplies = z.enum(['provider', 'heliograph']);

const token = z
  .string()
  .min(8)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'Printable characters without spaces');

export const NewSmsProvider = z
  .strictObject({
    kind: z.literal('twilio'),
    accountSid: z.string().regex(/^AC[0-9a-fA-F]{32}$/, 'AC and 32 hexadecimal digits'),
    authToken: token,
    /** The secondary token while a rotation is under way: webhooks signed with either are taken. */
    nextAuthToken: token.optional(),
    sender: z.e164(),
    keywordReplies: KeywordReplies.default('provider'),
    version: z.number().int().optional().meta({ description: 'Refuses the change if somebody else came first' }),
  })
  .meta({ id: 'NewSmsProvider' });
export type NewSmsProvider = z.infer<typeof NewSmsProvider>;

/** The provider as the API shows it: tokens never come out again. */
export const SmsProviderView = z
  .object({
    kind: z.literal('twilio'),
    accountSidEnding: z.string().meta({ description: 'The last four characters of the account SID' }),
    authTokenSet: z.boolean(),
    nextAuthTokenSet: z.boolean(),
    sender: z.string(),
    keywordReplies: KeywordReplies,
    updatedAt: z.iso.datetime(),
    version: z.number().int(),
  })
  .meta({ id: 'SmsProvider' });
export type SmsProviderView = z.infer<typeof SmsProviderView>;

/** The settings as they are stored: tokens sealed under the organization's data key. */
export const StoredSmsProvider = z.object({
  kind: z.literal('twilio'),
  accountSid: z.string(),
  sealedAuthToken: z.string(),
  sealedNextAuthToken: z.string().optional(),
  sender: z.string(),
  keywordReplies: KeywordReplies,
  updatedAt: z.iso.datetime(),
  version: z.number().int(),
});
export type StoredSmsProvider = z.infer<typeof StoredSmsProvider>;

export const viewOfProvider = (stored: StoredSmsProvider): SmsProviderView => ({
  kind: stored.kind,
  accountSidEnding: stored.accountSid.slice(-4),
  authTokenSet: true,
  nextAuthTokenSet: stored.sealedNextAuthToken !== undefined,
  sender: stored.sender,
  keywordReplies: stored.keywordReplies,
  updatedAt: stored.updatedAt,
  version: stored.version,
});
