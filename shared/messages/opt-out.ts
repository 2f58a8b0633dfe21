import * as z from 'zod';

/**
 * The record of an opt-out, as it stands at the gate of a phone number. It never expires. `by` says who honoured it
 * first: the person's text reached us, the provider refused a message because of one that hadn't, or the organization
 * recorded what it was told elsewhere.
 */
export const OptOut = z.object({
  by: z.enum(['contact', 'provider', 'organization']),
  matchedBy: z.enum(['keyword', 'phrase', 'wrong_number', 'ambiguous', 'provider', 'revocation', 'import']),
  /** The provider's id of the text that said so, or of nothing where no text did. */
  messageId: z.string().nullable(),
  /** The import whose file said so. */
  importJobId: z.string().optional(),
  at: z.iso.datetime(),
});
export type OptOut = z.infer<typeof OptOut>;
