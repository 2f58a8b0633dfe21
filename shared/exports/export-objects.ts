import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { JobError } from '../contact-jobs/contact-job.ts';
import { Position } from '../platform/http/page.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';

/** What a step found besides its contacts. */
const PageFacts = z.object({
  next: Position.optional(),
  examined: z.number(),
  processed: z.number(),
  successful: z.number(),
  errors: z.array(JobError),
  noted: z.array(z.string()),
});
export type PageFacts = z.infer<typeof PageFacts>;

export const fileKey = (organizationId: OrganizationId, jobId: string) =>
  `contact-exports/${organizationId}/${jobId}/contacts`;

/** The objects that an export leaves on its way: pages of contacts, and what of the file waits to be put. */
export const exportObjects = (objects: Objects, organizationId: OrganizationId, jobId: string) => {
  const folder = `contact-exports/${organizationId}/${jobId}`;
  const pageKey = (part: number, step: number) => `${folder}/${part}-${step}`;
  const restKey = (rest: number) => `${folder}/rest-${rest}`;

  const bytesOf = async (key: string) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of await objects.stream(key)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  const linesOf = async (part: number, step: number) =>
    gunzipSync(await bytesOf(pageKey(part, step)))
      .toString()
      .split('\n');

  return {
    /**
     * Keeps the contacts of a step, a line of JSON each. A repetition may have found others, for contacts change: the
     * page that was kept first stands, and what is answered belongs to it.
     */
    keepPage: async (part: number, step: number, facts: PageFacts, lines: readonly string[]): Promise<PageFacts> => {
      const body = gzipSync([JSON.stringify(facts), ...lines].join('\n'), { level: 1 });
      if (await objects.putOnce(pageKey(part, step), body, 'application/gzip')) return facts;
      const [kept = ''] = await linesOf(part, step);
      return PageFacts.parse(JSON.parse(kept));
    },

    /** The contacts of a page, as they were kept. */
    page: async (part: number, step: number): Promise<string[]> => (await linesOf(part, step)).slice(1),

    keepRest: (rest: number, body: Uint8Array) => objects.put(restKey(rest), body, 'application/octet-stream'),

    rest: (rest: number) => bytesOf(restKey(rest)),

    removePage: (part: number, step: number) => objects.delete(pageKey(part, step)),

    removeRest: (rest: number) => objects.delete(restKey(rest)),
  };
};
