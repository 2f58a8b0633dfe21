import * as z from 'zod';
import { AuthUserView } from '../auth-users/auth-user.ts';
import { Bio, Email, FullName, Password, Username } from '../auth-users/routes.ts';
import { one } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';

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
    errors: ['DUPLICATE', 'INVALID_CODE', 'CONFLICT', 'TOO_MANY_ATTEMPTS'],
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
    errors: ['INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS'],
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
  getSigningKeys: {
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'The public keys of access tokens (JWKS)',
    access: 'public',
    status: 200,
    returns: z.object({ keys: z.array(PublicJwk) }).meta({ id: 'PublicKeys' }),
  },
});
