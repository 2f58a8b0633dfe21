import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

const Values = z.record(z.string(), z.unknown());

/** Who did something: a person, a machine client, or the product itself. */
const ActorKind = z.enum(['user', 'api-key', 'federated', 'system']);

/** One deed, as it is stored and sealed. */
export const AuditEntry = z.object({
  id: z.uuid(),
  action: z.string(),
  resource: z.string(),
  resourceId: z.string(),
  actorKind: ActorKind,
  userId: z.string(),
  actorName: z.string(),
  /** The organization of a superuser who acted in this one. */
  actingFrom: OrganizationId.optional(),
  before: Values.optional(),
  after: Values.optional(),
  details: Values.optional(),
  ipAddress: z.string(),
  userAgent: z.string(),
  timestamp: z.iso.datetime(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

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
    ipAddress: z.string(),
    userAgent: z.string(),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: 'AuditLog' });
export type AuditLog = z.infer<typeof AuditLog>;

export const viewOfEntry = (organizationId: OrganizationId, entry: AuditEntry): AuditLog => ({
  organizationId,
  ...entry,
  actingFrom: entry.actingFrom ?? null,
  before: entry.before ?? null,
  after: entry.after ?? null,
  details: entry.details ?? null,
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
