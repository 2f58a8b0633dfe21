import * as z from 'zod';
import { refusalClasses } from '../platform/sms/refusals.ts';
import type { DeliveryStatus } from '../platform/sms/sms-provider.ts';

/** Where one recipient of a campaign stands. `sending` is one whose call to the provider isn't settled yet. */
export const TargetStatus = z.enum([
  'queued',
  'sending',
  'sent',
  'delivered',
  'undelivered',
  'failed',
  'unknown',
  'blocked',
]);
export type TargetStatus = z.infer<typeof TargetStatus>;

/** Why somebody is not written to: decided just before sending, or while the audience is planned. */
export const blockReasons = [
  'opted_out',
  'dnc',
  'no_phone',
  'duplicate',
  'contact_inactive',
  'contact_deleted',
  'empty_message',
  'message_too_long',
] as const;
export type BlockReason = (typeof blockReasons)[number];

export const TargetReason = z.enum([
  ...blockReasons,
  ...refusalClasses.filter((name) => name !== 'opted_out'),
  'not_found',
]);
export type TargetReason = z.infer<typeof TargetReason>;

/** One recipient as the API answers it. */
export const Target = z
  .object({
    contactId: z.uuid(),
    phone: z.string().nullable().meta({ description: 'E.164; null for a contact without one' }),
    status: TargetStatus,
    reason: TargetReason.nullable().meta({
      description: 'Why not, of a recipient that is blocked, failed, undelivered or unknown',
    }),
    detail: z
      .string()
      .nullable()
      .meta({ description: 'What the reason rests on: the name of a Do-Not-Call list, say' }),
    messageId: z.string().nullable().meta({ description: "The provider's id" }),
    errorCode: z.number().int().nullable().meta({ description: "The provider's code" }),
    segments: z.number().int().nullable(),
    decidedAt: z.iso.datetime().nullable(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'CampaignTarget' });
export type Target = z.infer<typeof Target>;

/**
 * How far a status has come. One only moves forward: callbacks come doubled, late and out of order, and before the
 * answer to the call that they are about.
 */
const ranks: Record<TargetStatus, number> = {
  queued: 0,
  sending: 1,
  unknown: 2,
  sent: 3,
  delivered: 4,
  undelivered: 4,
  failed: 4,
  blocked: 4,
};

/** What a report makes of a status; the status itself when it tells nothing new. */
export const advance = (standing: TargetStatus, reported: DeliveryStatus): TargetStatus => {
  // Carriers correct themselves in this one direction: a handset that answered after all.
  if (reported === 'delivered' && standing === 'undelivered') return 'delivered';
  return ranks[reported] > ranks[standing] ? reported : standing;
};
