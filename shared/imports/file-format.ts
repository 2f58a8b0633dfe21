import { z } from 'zod';

/** What an upload is, as its bytes tell. */
export const FileFormat = z.enum(['csv', 'xlsx', 'json-lines', 'pinpoint-csv', 'pinpoint-json']);
export type FileFormat = z.infer<typeof FileFormat>;
