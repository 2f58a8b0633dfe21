import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** What a code is for, in the words of the one who gets it. */
const CodePurpose = z.enum(['sign_in', 'password_reset', 'email_change', 'second_step']);

const Code = z.object({
  kind: z.literal('code'),
  channel: z.enum(['email', 'sms', 'whatsapp']),
  to: z.string(),
  code: z.string(),
  purpose: CodePurpose,
  minutes: z.number().int(),
});

const Invitation = z.object({
  kind: z.literal('invitation'),
  to: z.string(),
  organizationName: z.string(),
  invitedBy: z.string(),
  role: z.string(),
  link: z.url(),
  expiresAt: z.iso.datetime(),
});

/** What somebody should know of their account, whoever did it. */
const Notice = z.object({
  kind: z.literal('notice'),
  to: z.string(),
  notice: z.enum([
    'password_changed',
    'email_changed',
    'second_step_changed',
    'recovery_code_used',
    'organization_closing',
    'organization_exported',
  ]),
  at: z.iso.datetime(),
  sourceIp: z.string().optional(),
});

/** Sent where there is nobody to write to, so that it takes as long. */
const Nothing = z.object({ kind: z.literal('nothing') });

/** A message of the product to one of its users: everything that has to be said is in it. */
export const Notification = z.intersection(
  z.object({ organizationId: OrganizationId }),
  z.discriminatedUnion('kind', [Code, Invitation, Notice, Nothing]),
);
export type Notification = z.infer<typeof Notification>;
