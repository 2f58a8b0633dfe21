import { createHash } from 'node:crypto';

/** SHA-256, base64url: how a random secret is kept where nobody has to read it again. */
export const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
