import * as z from 'zod';
import { AuthUserView } from '../auth-users/auth-user.ts';
import { AuthUserChange, Bio, Email, FullName, Password, Username } from '../auth-users/routes.ts';
import { message, one } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { ChallengeView } from '../verification-codes/challenge.ts';

export const Registration = z
  .strictObject({
    organization_name: z.string().trim().min(1).max(100).optional(),
    invitation: z
      .string()
      .max(300)
      .optional()
      .meta({ description: 'In the place of organization_name and email: joins the organization that invited' }),
    username: Username,
    email: Email.optional(),
    password: Password,
    full_name: FullName.optional(),
    phone_number: z.e164().optional(),
    bio: Bio.optional(),
  })
  .superRefine((body, context) => {
    for (const name of ['organization_name', 'email'] as const)
      if ((body.invitation === undefined) === (body[name] === undefined))
        context.addIssue({
          code: 'custom',
          path: [name],
          message: body.invitation === undefined ? 'Required' : 'Not with an invitation',
        });
  })
  .meta({
    id: 'Registration',
    example: {
      organization_name: 'Harbor Clinic',
      username: 'dana',
      email: 'dana@example.com',
      password: 'four quiet lanterns',
      full_name: 'Dana Reyes',
    },
  });
export type Registration = z.infer<typeof Registration>;

/** `username` takes either name of a user; `email` is there for clients that call it so. */
export const SignIn = z
  .strictObject({
    username: z.string().min(1).max(255).optional(),
    email: z.string().min(1).max(255).optional(),
    password: z.string().min(1).max(128),
  })
  .refine(({ username, email }) => (username === undefined) !== (email === undefined), {
    path: ['username'],
    message: 'Send a username, or an email',
  })
  .meta({ id: 'SignIn', example: { username: 'dana', password: 'four quiet lanterns' } });
export type SignIn = z.infer<typeof SignIn>;

export const AuthResponse = z
  .object({
    access_token: z.string(),
    refresh_token: z.string(),
    token_type: z.literal('bearer'),
    expires_in: z.number().int().meta({ description: 'Seconds that the access token lives' }),
    user: AuthUserView,
  })
  .meta({ id: 'AuthResponse' });
export type AuthResponse = z.infer<typeof AuthResponse>;

/** The public half of a signing key (RFC 7517). */
export const PublicJwk = z
  .object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    kid: z.string(),
    use: z.literal('sig'),
    alg: z.literal('ES256'),
  })
  .meta({ id: 'PublicKey' });
export type PublicJwk = z.infer<typeof PublicJwk>;

/**
 * OpenID Connect Discovery 1.0, as far as it is true here: we issue tokens to our own users only, so there is neither
 * an authorization endpoint nor a grant for others.
 */
const OpenIdConfiguration = z
  .object({
    issuer: z.url(),
    jwks_uri: z.url(),
    token_endpoint: z.url().meta({ description: 'POST /auth/login, in our own form' }),
    response_types_supported: z.array(z.string()),
    subject_types_supported: z.array(z.string()),
    id_token_signing_alg_values_supported: z.array(z.string()),
    claims_supported: z.array(z.string()),
  })
  .meta({ id: 'OpenIdConfiguration' });

export const authRoutes = defineRoutes({
  register: {
    method: 'POST',
    path: '/auth/register',
    aliases: ['/auth/signup'],
    summary:
      'Makes an organization with its first admin, or joins one by invitation, and signs in. Repeated with the same Idempotency-Key, username and password it signs in again',
    access: 'public',
    body: Registration,
    status: 201,
    returns: AuthResponse,
    errors: ['DUPLICATE', 'INVALID_CODE', 'CONFLICT', 'VERIFICATION_REQUIRED', 'TOO_MANY_ATTEMPTS'],
  },
  login: {
    method: 'POST',
    path: '/auth/login',
    aliases: ['/auth/signin'],
    summary: 'Signs in by username or e-mail address',
    access: 'public',
    body: SignIn,
    status: 200,
    returns: AuthResponse,
    errors: ['INVALID_CREDENTIALS', 'VERIFICATION_REQUIRED', 'TOO_MANY_ATTEMPTS'],
  },
  refresh: {
    method: 'POST',
    path: '/auth/refresh',
    summary: 'New tokens for a refresh token, which works once: its reuse ends the session',
    access: 'public',
    body: z.strictObject({ refresh_token: z.string().min(1).max(300) }),
    status: 200,
    returns: AuthResponse,
    errors: ['INVALID_CREDENTIALS'],
  },
  getMe: {
    method: 'GET',
    path: '/auth/me',
    aliases: ['/users/me'],
    summary: 'Who is signed in',
    access: 'user',
    status: 200,
    returns: one(AuthUserView),
  },
  updateMe: {
    method: 'PUT',
    path: '/auth/me',
    aliases: ['/users/me'],
    summary: 'Changes what the caller says of itself; null clears',
    access: 'user',
    body: AuthUserChange.pick({ username: true, full_name: true, bio: true, phone_number: true }).meta({
      id: 'MeChange',
    }),
    status: 200,
    returns: one(AuthUserView),
    errors: ['DUPLICATE', 'CONFLICT'],
  },
  changePassword: {
    method: 'PUT',
    path: '/auth/me/password',
    summary: 'Changes the password, and ends the other sessions',
    access: 'user',
    body: z.strictObject({ current_password: z.string().min(1).max(128), new_password: Password }).meta({
      id: 'PasswordChange',
    }),
    status: 200,
    returns: message,
    errors: ['TOO_MANY_ATTEMPTS', 'CONFLICT'],
  },
  resetPassword: {
    method: 'POST',
    path: '/auth/password-reset',
    summary: 'Replaces a forgotten password by the code that POST /verification-codes sent, and ends all sessions',
    access: 'public',
    body: z.strictObject({ challenge: z.string().max(300), code: z.string().max(40), new_password: Password }).meta({
      id: 'PasswordReset',
    }),
    status: 200,
    returns: message,
    errors: ['INVALID_CODE', 'TOO_MANY_ATTEMPTS'],
  },
  startEmailChange: {
    method: 'POST',
    path: '/auth/me/email',
    summary: 'Sends a code to another e-mail address',
    access: 'user',
    body: z.strictObject({ email: Email, current_password: z.string().min(1).max(128) }).meta({ id: 'EmailChange' }),
    status: 202,
    returns: one(ChallengeView),
    errors: ['TOO_MANY_ATTEMPTS'],
    showsSecret: true,
  },
  confirmEmailChange: {
    method: 'POST',
    path: '/auth/me/email/confirm',
    summary: 'Makes the address the caller’s, by the code that was sent there',
    access: 'user',
    body: z
      .strictObject({ challenge: z.string().max(300), code: z.string().max(40) })
      .meta({ id: 'EmailConfirmation' }),
    status: 200,
    returns: one(AuthUserView),
    errors: ['INVALID_CODE', 'DUPLICATE', 'TOO_MANY_ATTEMPTS'],
  },
  getSigningKeys: {
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'The public keys of access tokens (JWKS)',
    access: 'public',
    status: 200,
    returns: z.object({ keys: z.array(PublicJwk) }).meta({ id: 'PublicKeys' }),
    cacheSeconds: 300,
  },
  getOpenIdConfiguration: {
    method: 'GET',
    path: '/.well-known/openid-configuration',
    summary: 'Who issues access tokens and where their keys are: enough to verify them anywhere',
    access: 'public',
    status: 200,
    returns: OpenIdConfiguration,
    cacheSeconds: 300,
  },
});
