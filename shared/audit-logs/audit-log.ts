import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';
import { putBack } from './personal-values.ts';

const Values = z.record(z.string(), z.unknown());

/** What a deed changed, and what else is to be said of it. */
export const Said = z.object({
  before: Values.optional(),
  after: Values.optional(),
  details: Values.optional(),
});
export type Said = z.infer<typeof Said>;

/** Who did something: a person, a machine client, or the product itself. */
const ActorKind = z.enum(['user', 'api-key', 'federated', 'system']);

/** One deed, as it is stored and sealed. */
export const AuditEntry = Said.extend({
  id: z.uuid(),
  action: z.string(),
  resource: z.string(),
  resourceId: z.string(),
  actorKind: ActorKind,
  userId: z.string(),
  actorName: z.string(),
  /** The organization of a superuser who acted in this one. */
  actingFrom: OrganizationId.optional(),
  /** Of its personal values, in whose places null stands here. */
  digest: z.string().optional(),
  ipAddress: z.string(),
  userAgent: z.string(),
  timestamp: z.iso.datetime(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/**
 * What an entry says of a person, where it says it: an item of its own, erased with the thing. The entry's digest is of
 * all this.
 */
export const PersonalValues = Said.extend({
  /** Random: nobody finds out what was erased by trying values on the digest. */
  salt: z.string(),
  /** The thing that was taken in: what is kept of that is erased with this. */
  absorbed: z.string().optional(),
});
export type PersonalValues = z.infer<typeof PersonalValues>;

/** One deed, as the API shows it. */
export const AuditLog = z
  .object({
    id: z.uuid(),
    organizationId: OrganizationId,
    action: z.string().meta({ examples: ['contact_deleted'] }),
    resource: z.string(),
    resourceId: z.string(),
    actorKind: ActorKind,
    userId: z.string().meta({ description: 'Of the auth user or the API key; the name of a part of the product' }),
    actorName: z.string(),
    actingFrom: OrganizationId.nullable().meta({ description: 'The own organization of a superuser' }),
    before: Values.nullable().meta({ description: 'What changed, as it was' }),
    after: Values.nullable().meta({ description: 'What changed, as it is since' }),
    details: Values.nullable(),
    erased: z.boolean().meta({
      description: 'What it said of a person is gone with the person: null stands in place of each such value',
    }),
    ipAddress: z.string(),
    userAgent: z.string(),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: 'AuditLog' });
export type AuditLog = z.infer<typeof AuditLog>;

/** An entry with its personal values, which are undefined where it has none or they were erased. */
export const viewOfEntry = (
  organizationId: OrganizationId,
  { digest, ...entry }: AuditEntry,
  personal: PersonalValues | undefined,
): AuditLog => ({
  organizationId,
  ...entry,
  actingFrom: entry.actingFrom ?? null,
  before: putBack(entry.before, personal?.before) ?? null,
  after: putBack(entry.after, personal?.after) ?? null,
  details: putBack(entry.details, personal?.details) ?? null,
  erased: digest !== undefined && personal === undefined,
});

/** A link of the chain: the entries that it covers, each with its hash, and the hash of the link before. */
export const AuditSeal = z.object({
  sequence: z.number().int(),
  /** Entries up to and with this id, from the former seal's on, are covered. */
  upTo: z.uuid(),
  /** Id and hash of each, in the order of the ids. */
  entries: z.array(z.tuple([z.uuid(), z.string()])),
  previous: z.string(),
  hash: z.string(),
  sealedAt: z.iso.datetime(),
});
export type AuditSeal = z.infer<typeof AuditSeal>;
