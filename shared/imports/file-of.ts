import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { StoredImport } from './import-store.ts';
import { convertedKey, uploadKey } from './jobs.ts';
import { readRecords } from './read-records.ts';
import { decode } from './text-encoding.ts';

/** The very object whose rows a job imports: the upload, or what it was converted into. */
export const fileOf = (organizationId: OrganizationId, { id, etag = '', plan }: StoredImport) =>
  plan?.converted
    ? { key: convertedKey(organizationId, id, plan.converted.step), etag: plan.converted.etag }
    : { key: uploadKey(organizationId, id), etag };

/** The headers of the file, whole: a job keeps the beginning of each only. @throws ObjectChanged */
export const headersOf = async (
  uploads: Objects,
  organizationId: OrganizationId,
  job: StoredImport,
  { headerFrom, headerTo, encoding, delimiter, headers }: NonNullable<StoredImport['plan']>,
): Promise<string[]> => {
  if (headerTo === headerFrom) return headers.map((_header, index) => `column ${index + 1}`);
  const { key, etag } = fileOf(organizationId, job);
  const bytes = await uploads.range(key, etag, headerFrom, headerTo - 1);
  return (readRecords(decode(bytes, encoding), delimiter)[0] ?? []).map((header) => header.trim());
};
