import * as z from 'zod';
import { Position } from '../platform/http/page.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';

const AudiencePage = z.object({
  members: z.array(z.object({ contactId: z.uuid(), phone: z.string().nullable() })),
  /** Where the audience goes on; null at its end. */
  next: Position.nullable(),
});
export type AudiencePage = z.infer<typeof AudiencePage>;

const folderOf = (organizationId: OrganizationId, campaignId: string) =>
  `runs/${organizationId}/campaigns/${campaignId}`;

/** Where the manifest of a slice stands: who is sent to. */
export const manifestKeyOf = (organizationId: OrganizationId, campaignId: string, slice: number) =>
  `${folderOf(organizationId, campaignId)}/slices/${slice}.jsonl`;

/** What a campaign keeps in the bucket of runs: the pages of its audience, and for each a manifest of who is sent to. */
export const runObjects = (objects: Objects, organizationId: OrganizationId, campaignId: string) => {
  const pageKey = (slice: number) => `${folderOf(organizationId, campaignId)}/pages/${slice}.json`;
  return {
    /** Keeps a page and answers the one that is kept: a plan that is repeated goes on with what it first found. */
    keepPage: async (slice: number, page: AudiencePage): Promise<AudiencePage> => {
      if (await objects.putOnce(pageKey(slice), JSON.stringify(page), 'application/json')) return page;
      return AudiencePage.parse(JSON.parse((await objects.text(pageKey(slice))) ?? ''));
    },

    putManifest: (slice: number, targets: readonly string[]) =>
      objects.put(
        manifestKeyOf(organizationId, campaignId, slice),
        targets.map((target) => `${JSON.stringify({ target })}\n`).join(''),
        'application/x-ndjson',
      ),
  };
};
