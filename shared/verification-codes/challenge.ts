import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** How a code reaches somebody; `totp` is what an authenticator app shows. */
export const methods = ['totp', 'email', 'sms', 'whatsapp'] as const;
export const Method = z.enum(methods);
export type Method = z.infer<typeof Method>;

export const Purpose = z.enum(['sign_in', 'password_reset', 'email_change', 'second_step']);
export type Purpose = z.infer<typeof Purpose>;

/** Out-of-band codes live ten minutes at most (ASVS 5.0, 6.5.5). */
export const codeMinutes = 10;
/** Of a million codes, five guesses hit one in 200,000 times; more challenges are throttled by user. */
export const mostGuesses = 5;
export const mostSends = 5;
export const resendSeconds = 30;

/** Something that somebody proves by a code, as it is stored: code and secret as hashes only. */
export const Challenge = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  purpose: Purpose,
  method: Method,
  /** Where codes go: an e-mail address or a phone; of an authenticator app nowhere. */
  destination: z.string().optional(),
  /** Over the challenge's own secret and the code: who reads the table can't try a million codes. */
  codeHash: z.string().optional(),
  secretHash: z.string(),
  guessesLeft: z.number().int(),
  sends: z.number().int(),
  sentAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  usedAt: z.iso.datetime().optional(),
});
export type Challenge = z.infer<typeof Challenge>;

/** Where a challenge is kept, and the secret of whoever it was given to. */
export interface ChallengeToken {
  organizationId: OrganizationId;
  userId: string;
  challengeId: string;
  secret: string;
}

export const formatChallenge = ({ organizationId, userId, challengeId, secret }: ChallengeToken) =>
  [organizationId, userId, challengeId, secret].join('.');

const Parts = z.tuple([OrganizationId, z.uuid(), z.uuid(), z.string().length(43)]);

/** Undefined for anything that was never a challenge. */
export const parseChallenge = (token: string): ChallengeToken | undefined => {
  const { data } = Parts.safeParse(token.split('.'));
  return data && { organizationId: data[0], userId: data[1], challengeId: data[2], secret: data[3] };
};

/** Enough of an address to know it again: `d•••@example.com`, `•••0143`. */
export const masked = (destination: string) =>
  destination.includes('@') ? destination.replace(/^(.).*?(?=@)/u, '$1•••') : `•••${destination.slice(-4)}`;

/** A challenge as it is given to whoever has to prove something. */
export const ChallengeView = z
  .object({
    challenge: z.string().meta({ description: 'Goes back with the code' }),
    method: Method,
    destination: z.string().nullable().meta({ description: 'Where the code went, masked' }),
    expiresAt: z.iso.datetime(),
    resendAfter: z.iso.datetime().meta({ description: 'Before this no other code is sent' }),
  })
  .meta({ id: 'VerificationChallenge' });
export type ChallengeView = z.infer<typeof ChallengeView>;
