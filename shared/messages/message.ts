import * as z from 'zod';
import { OptOut } from './opt-out.ts';

/** One text that a person sent us, as it is kept. */
export const InboundMessage = z.object({
  messageId: z.string(),
  from: z.string(),
  to: z.string(),
  body: z.string(),
  receivedAt: z.iso.datetime(),
  /** What was read in it, and what we did about it. */
  keyword: z.enum(['stop', 'start', 'help']).nullable(),
  matchedBy: OptOut.shape.matchedBy.nullable(),
  /** The provider answered it, and we kept silent. */
  answeredByProvider: z.boolean(),
  /** What we answered; a webhook that comes again is answered the same. */
  reply: z.string().nullable(),
  /** A person should look whether the opt-out was meant: it was honoured first. */
  needsReview: z.boolean(),
});
export type InboundMessage = z.infer<typeof InboundMessage>;
