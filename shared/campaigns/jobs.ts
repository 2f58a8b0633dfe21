import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** What every step of a run is told. A step of a run that is no longer the campaign's stops. */
export const CampaignRunStep = z.object({
  organizationId: OrganizationId,
  campaignId: z.uuid(),
  run: z.number().int(),
});
export type CampaignRunStep = z.infer<typeof CampaignRunStep>;

/** How far a run has come between its steps. */
export const RunProgress = z.object({
  /** The slice that was passed over last; -1 before the first of a pass. */
  slice: z.number().int().min(-1),
  /** Slices passed over and waits, all told: an execution's history is bounded. */
  steps: z.number().int().min(0),
  /** What was queued at the end of the last pass, and for how many passes it hasn't changed. */
  queued: z.number().int().min(0),
  idlePasses: z.number().int().min(0),
});
export type RunProgress = z.infer<typeof RunProgress>;

export const SettleStep = CampaignRunStep.extend({ progress: RunProgress });
export type SettleStep = z.infer<typeof SettleStep>;

/** One line of a slice's manifest: a recipient to be written to. */
export const ManifestLine = z.object({ target: z.string() });

/** One child of the map: some recipients of one run. */
export const SendBatch = z.object({ Items: z.array(ManifestLine), BatchInput: CampaignRunStep });
