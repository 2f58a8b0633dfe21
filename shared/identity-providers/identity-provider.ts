import * as z from 'zod';

/** A public key of an issuer (RFC 7517): only what verifies, only asymmetric kinds. */
export const IssuerKey = z.discriminatedUnion('kty', [
  // 2048 bits and more: 342 characters of base64url.
  z.object({
    kty: z.literal('RSA'),
    kid: z.string(),
    alg: z.string().optional(),
    use: z.string().optional(),
    n: z.string().min(342).max(1400),
    e: z.string().max(20),
  }),
  z.object({
    kty: z.literal('EC'),
    kid: z.string(),
    alg: z.string().optional(),
    use: z.string().optional(),
    crv: z.enum(['P-256', 'P-384', 'P-521']),
    x: z.string().max(100),
    y: z.string().max(100),
  }),
  z.object({
    kty: z.literal('OKP'),
    kid: z.string(),
    alg: z.string().optional(),
    use: z.string().optional(),
    crv: z.enum(['Ed25519', 'Ed448']),
    x: z.string().max(100),
  }),
]);
export type IssuerKey = z.infer<typeof IssuerKey>;

export const mostKeys = 20;

const claim = z.string().trim().min(1).max(100);
const Mapping = z.strictObject({
  claim: claim.meta({ description: 'A dotted path: groups, app_metadata.role' }),
  value: z.string().min(1).max(200),
  role: z.string().trim().min(1).max(100).meta({ description: 'Name of a built-in role, or id of a role' }),
});

const settings = {
  name: z.string().trim().min(1).max(100),
  issuer: z.url().max(500).meta({ description: 'As the tokens have it in iss, to the letter' }),
  audience: z.string().min(1).max(255),
  audienceClaim: z.enum(['aud', 'client_id']).meta({ description: 'client_id: access tokens of Cognito' }),
  subjectClaim: claim,
  nameClaim: claim,
  emailClaim: claim,
  roles: z.array(Mapping).max(50),
  defaultRole: z.string().trim().min(1).max(100).nullable(),
  active: z.boolean(),
};

export const NewIdentityProvider = z
  .strictObject({
    ...settings,
    audienceClaim: settings.audienceClaim.default('aud'),
    subjectClaim: claim.default('sub'),
    nameClaim: claim.default('name'),
    emailClaim: claim.default('email'),
    roles: settings.roles.default([]),
    defaultRole: settings.defaultRole.default(null),
    active: z.boolean().default(true),
  })
  .meta({ id: 'NewIdentityProvider' });
export type NewIdentityProvider = z.infer<typeof NewIdentityProvider>;

export const IdentityProviderChange = z
  .strictObject({ ...settings, version: z.number().int().min(1) })
  .omit({ issuer: true, audience: true })
  .partial()
  .meta({ id: 'IdentityProviderChange' });
export type IdentityProviderChange = z.infer<typeof IdentityProviderChange>;

/** Whose tokens an organization accepts beside ours, as it is stored. Roles: names of built-in ones, ids of others. */
export const IdentityProvider = z.object({
  ...settings,
  id: z.uuid(),
  keys: z.array(IssuerKey),
  refreshedAt: z.iso.datetime(),
  lastError: z.string().optional(),
  /** When a token last had a key that we don't know: the keys are looked at soon. */
  askedAt: z.iso.datetime().optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  version: z.number().int(),
});
export type IdentityProvider = z.infer<typeof IdentityProvider>;

/** A provider as the API shows it. */
export const IdentityProviderView = z
  .object({
    ...settings,
    id: z.uuid(),
    keyIds: z.array(z.string()).meta({ description: 'The keys that its tokens are verified by' }),
    refreshedAt: z.iso.datetime(),
    lastError: z.string().nullable().meta({ description: 'Why its keys could not be read the last time' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.number().int(),
  })
  .meta({ id: 'IdentityProvider' });
export type IdentityProviderView = z.infer<typeof IdentityProviderView>;

export const viewOfIdentityProvider = ({
  keys,
  askedAt: _askedAt,
  lastError,
  ...provider
}: IdentityProvider): IdentityProviderView => ({
  ...provider,
  keyIds: keys.map(({ kid }) => kid),
  lastError: lastError ?? null,
});

/** The value at a dotted path of claims; own properties only. */
export const claimAt = (claims: Record<string, unknown>, path: string): unknown => {
  let value: unknown = claims;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = new Map<string, unknown>(Object.entries(value)).get(part);
  }
  return value;
};

/** The roles that a token's claims stand for; a claim may be a text or a list of them. */
export const rolesOf = ({ roles, defaultRole }: IdentityProvider, claims: Record<string, unknown>): string[] => {
  const mapped = roles.filter(({ claim: path, value }) => {
    const held = claimAt(claims, path);
    return Array.isArray(held) ? held.includes(value) : held === value;
  });
  const named = mapped.map(({ role }) => role);
  return [...new Set(named.length === 0 && defaultRole !== null ? [defaultRole] : named)];
};
