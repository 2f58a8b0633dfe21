import * as z from 'zod';
import { CampaignCounts } from './counts.ts';

/** Longest text that the provider takes, after merging. */
export const longestBody = 1600;

export const CampaignStatus = z.enum(['draft', 'running', 'paused', 'completed', 'failed']);
export type CampaignStatus = z.infer<typeof CampaignStatus>;

const name = z.string().trim().min(1).max(255);

const listIds = z
  .array(z.uuid().toLowerCase())
  .min(1)
  .max(20)
  .transform((ids) => [...new Set(ids)]);

const body = z
  .string()
  .max(4000)
  .refine((text) => text.trim() !== '', 'A text is needed')
  .meta({
    description: 'The text, with merge fields like {{firstName|friend}}; at most 1,600 characters after merging',
    examples: ['Hi {{firstName|there}}, doors open at 6. Reply STOP to opt out.'],
  });

const sender = z.e164().meta({ examples: ['+12025550199'] });

export const NewCampaign = z
  .strictObject({
    name,
    listIds,
    body,
    sender: sender.optional().meta({ description: "The organization's sending number; that number when left out" }),
  })
  .meta({ id: 'NewCampaign' });
export type NewCampaign = z.infer<typeof NewCampaign>;

/** A partial change; `version` refuses it when somebody else changed the campaign meanwhile. */
export const CampaignChange = z
  .strictObject({ name, listIds, body, sender, version: z.number().int().min(1) })
  .partial()
  .meta({ id: 'CampaignChange' });
export type CampaignChange = z.infer<typeof CampaignChange>;

/** Why a campaign stopped by itself, in a word for programs and a sentence for people. */
const Problem = z.object({ code: z.string(), message: z.string() });

export const Segments = z
  .object({
    encoding: z.enum(['GSM-7', 'UCS-2']),
    count: z.number().int().meta({ description: 'What is billed, of the text as it is without values of contacts' }),
  })
  .meta({ id: 'Segments' });

/** A campaign as the API answers it. */
export const Campaign = z
  .object({
    id: z.uuid(),
    name: z.string(),
    status: CampaignStatus,
    problem: Problem.nullable().meta({ description: 'Why it stopped by itself; resume it when that is mended' }),
    listIds: z.array(z.uuid()),
    body: z.string(),
    segments: Segments,
    sender: z.string().nullable(),
    counts: CampaignCounts,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    completedAt: z.iso.datetime().nullable(),
    createdBy: z.object({ id: z.uuid(), name: z.string() }),
    version: z.number().int(),
  })
  .meta({ id: 'Campaign' });
export type Campaign = z.infer<typeof Campaign>;

export const CampaignAnalytics = z
  .object({ campaignId: z.uuid(), name: z.string(), status: CampaignStatus, counts: CampaignCounts })
  .meta({ id: 'CampaignAnalytics' });
