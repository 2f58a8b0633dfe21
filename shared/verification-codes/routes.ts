import * as z from 'zod';
import { AuthResponse } from '../auth/routes.ts';
import { one } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { ChallengeView } from './challenge.ts';

const challenge = z.string().min(1).max(300);

/** What proves something: the challenge that was given, and the code that was sent. */
export const CodeConfirmation = z
  .strictObject({
    challenge,
    code: z.string().trim().min(1).max(40).meta({ description: 'Six digits, or a recovery code' }),
  })
  .meta({ id: 'CodeConfirmation' });

const CodeRequest = z
  .strictObject({
    challenge: challenge.optional().meta({ description: 'Sends another code for it' }),
    purpose: z.literal('password_reset').optional(),
    username: z.string().min(1).max(255).optional(),
    email: z.string().min(1).max(255).optional(),
  })
  .superRefine(({ challenge: given, purpose, username, email }, context) => {
    const named = Number(username !== undefined) + Number(email !== undefined);
    const path = given === undefined && purpose === undefined ? 'challenge' : 'username';
    if (given === undefined ? purpose === undefined || named !== 1 : purpose !== undefined || named > 0)
      context.addIssue({
        code: 'custom',
        path: [path],
        message: 'Send a challenge; or the purpose with a username or an email',
      });
  })
  .meta({ id: 'CodeRequest' });

export const verificationCodeRoutes = defineRoutes({
  sendCode: {
    method: 'POST',
    path: '/verification-codes',
    summary: 'Sends another code for a challenge, or the first by which a forgotten password is replaced',
    access: 'public',
    body: CodeRequest,
    status: 202,
    returns: one(ChallengeView),
    errors: ['INVALID_CODE', 'TOO_MANY_ATTEMPTS'],
  },
  confirmCode: {
    method: 'POST',
    path: '/verification-codes/confirm',
    summary: 'Confirms a sign-in with its code, and signs in',
    access: 'public',
    body: CodeConfirmation,
    status: 200,
    returns: AuthResponse,
    errors: ['INVALID_CODE', 'TOO_MANY_ATTEMPTS'],
  },
});
