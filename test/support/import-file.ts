import type { ApiClient } from '../../lib/api-client.ts';
import { importRoutes } from '../../shared/imports/routes.ts';
import { waitFor } from './wait-for.ts';

export interface UploadedFile {
  name: string;
  content: string | Uint8Array<ArrayBuffer>;
  /** Makes a list of that name. */
  listName?: string;
  listId?: string;
  autoStart?: boolean;
  mappingId?: string;
  skipDuplicates?: boolean;
  /** What is announced, where that differs from what is sent. */
  announcedSize?: number;
}

/** Announces a file and puts it where the API says; answers the job and how the upload was answered. */
export const uploadFile = async (api: ApiClient, { name, content, announcedSize, ...options }: UploadedFile) => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const { data } = await api.call(importRoutes.startImport, {
    body: { filename: name, fileSize: announcedSize ?? bytes.length, ...options },
  });
  const { upload } = data;
  if (!upload) throw new Error('The API does not say where the file goes');
  const response = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: bytes });
  return { ...data, upload, response: { status: response.status, text: await response.text() } };
};

/** The job when it is over, whichever way. */
export const finishedImport = async (api: ApiClient, jobId: string, seconds?: number) => {
  const read = async () => (await api.call(importRoutes.getImport, { params: { jobId } })).data;
  return waitFor(`the import ${jobId}`, read, ({ status }) => status === 'completed' || status === 'failed', seconds);
};

/** Uploads a file and waits for its import. */
export const importFile = async (api: ApiClient, file: UploadedFile, seconds?: number) => {
  const { jobId, response } = await uploadFile(api, file);
  if (response.status !== 200) throw new Error(`The upload was refused: ${response.status} ${response.text}`);
  return finishedImport(api, jobId, seconds);
};
