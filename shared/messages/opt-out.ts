import * as z from 'zod';

/**
 * The record of an opt-out, as it stands at the gate of a phone number. It never expires. `by` says who honoured it
 * first: the person's text reached us, or the provider refused a message because of one that hadn't.
 */
export const OptOut = z.object({
  by: z.enum(['contact', 'provider']),
  matchedBy: z.enum(['keyword', 'phrase', 'wrong_number', 'ambiguous', 'provider']),
  /** The provider's id of the text that said so, or of nothing where the provider told us. */
  messageId: z.string().nullable(),
  at: z.iso.datetime(),
});
export type OptOut = z.infer<typeof OptOut>;
