import * as z from 'zod';

/**
 * What was agreed to: marketing by automated texts, in a signed writing (prior express written consent); texts, said or
 * given with the number (prior express consent); or texts about something that is under way.
 */
const ConsentKind = z.enum(['express_written', 'express', 'transactional']);

const webAddress = z.url({ protocol: /^https?$/ }).max(2000);

/** One consent or its revocation with its proof, as it is recorded. */
export const NewConsent = z
  .strictObject({
    status: z.enum(['granted', 'revoked']).default('granted').meta({
      description: 'A revocation also opts the contact’s phone out; no consent lifts an opt-out',
    }),
    kind: ConsentKind.optional(),
    source: z.string().trim().min(1).max(100).meta({ description: 'How it came: a form, a keyword, on paper' }),
    wording: z.string().trim().min(1).max(5000).optional().meta({ description: 'What was agreed to, as it was shown' }),
    url: webAddress.optional().meta({ description: 'Where it was shown' }),
    ip: z.union([z.ipv4(), z.ipv6()]).optional().meta({ description: 'Of the person' }),
    givenAt: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'Not in the future; when absent, this moment' }),
  })
  .meta({ id: 'NewConsent', examples: [{ kind: 'express_written', source: 'Web form', ip: '192.0.2.7' }] });
export type NewConsent = z.infer<typeof NewConsent>;

/** A consent as it is kept, never changed, and answered. */
export const Consent = z
  .object({
    id: z.uuid(),
    contactId: z.uuid(),
    phone: z.string().nullable().meta({ description: 'The number that it is for: the contact’s at that moment' }),
    status: z.enum(['granted', 'revoked']),
    kind: ConsentKind.nullable(),
    source: z.string(),
    wording: z.string().nullable(),
    url: z.string().nullable(),
    ip: z.string().nullable(),
    givenAt: z.iso.datetime().nullable().meta({ description: 'null: an imported file did not say' }),
    recordedBy: z.string(),
    recordedAt: z.iso.datetime(),
    importJobId: z.string().nullable(),
  })
  .meta({ id: 'Consent' });
export type Consent = z.infer<typeof Consent>;

/** Nobody had anything to consent to before. */
const earliest = new Date('1990-01-01T00:00:00.000Z');

/** Whether a consent can have been given at `moment`, as `now` knows. A moment that is none is not possible either. */
export const canBeGiven = (moment: Date, now: Date) => moment >= earliest && moment <= now;
