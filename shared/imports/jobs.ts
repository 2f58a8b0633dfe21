import { z } from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/**
 * S3's word that objects were made, as it writes it. A notification that was just set up sends a test without
 * `Records`. Events come at least once, and keys URL-encoded.
 */
export const UploadEvent = z.object({
  Records: z.array(z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) })).default([]),
});
export type UploadEvent = z.infer<typeof UploadEvent>;

/** One chunk of a job is to be imported, or, with a `checkId`, read for that dry run. */
export const ChunkMessage = z.object({
  organizationId: OrganizationId,
  jobId: z.uuid(),
  index: z.number().int().min(0),
  checkId: z.string().optional(),
});
export type ChunkMessage = z.infer<typeof ChunkMessage>;

/** The object of a job's file, and of its row errors: both carry the organization. */
export const uploadKey = (organizationId: OrganizationId, jobId: string) => `uploads/${organizationId}/${jobId}`;
/** What an upload was converted into, step by step; no event tells of these. */
export const convertedKey = (organizationId: OrganizationId, jobId: string, step: number) =>
  `converted/${organizationId}/${jobId}/${step}`;
export const errorsKey = (organizationId: OrganizationId, jobId: string) => `errors/${organizationId}/${jobId}.csv`;
export const chunkErrorsKey = (organizationId: OrganizationId, jobId: string, index: number) =>
  `errors/${organizationId}/${jobId}/${String(index).padStart(6, '0')}.csv`;

/** Whose upload an event is about; `undefined` for an object that no import could have made. */
export const uploadOf = (eventKey: string): { organizationId: OrganizationId; jobId: string } | undefined => {
  const [folder, organization, job, ...rest] = decodeURIComponent(eventKey.replaceAll('+', ' ')).split('/');
  const organizationId = OrganizationId.safeParse(organization);
  const jobId = z.uuid().safeParse(job);
  if (folder !== 'uploads' || rest.length > 0 || !organizationId.success || !jobId.success) return undefined;
  return { organizationId: organizationId.data, jobId: jobId.data };
};

/** The event that S3 sends for an upload: sent again by whoever finds one forgotten. */
export const uploadEventOf = (key: string): UploadEvent => ({
  Records: [{ s3: { object: { key: encodeURIComponent(key) } } }],
});
