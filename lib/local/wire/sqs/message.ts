import { z } from 'zod';

export const MessageAttributes = z.record(z.string(), z.looseObject({ DataType: z.string() }));

/** A message as the queue keeps it; times in milliseconds since 1970. */
export const Message = z.object({
  id: z.string(),
  body: z.string(),
  attributes: MessageAttributes.optional(),
  group: z.string().optional(),
  sender: z.string(),
  sentAt: z.number(),
  firstReceivedAt: z.number().optional(),
  receives: z.number(),
});
export type Message = z.infer<typeof Message>;
