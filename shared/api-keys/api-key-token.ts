import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** By this a key is known: to the API, and to whoever scans repositories for secrets. */
const prefix = 'hgk_';

const uuidBytes = 16;

/** Where a key is kept, and the secret that proves it. */
export interface ApiKeyToken {
  organizationId: OrganizationId;
  keyId: string;
  /** 256 random bits, base64url. */
  secret: string;
}

const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex');

const uuidOf = (bytes: Buffer) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** `hgk_`, then organization and key id in 43 characters, a dot, and the secret. */
export const formatApiKey = ({ organizationId, keyId, secret }: ApiKeyToken) =>
  `${prefix}${Buffer.concat([bytesOf(organizationId), bytesOf(keyId)]).toString('base64url')}.${secret}`;

export const looksLikeApiKey = (token: string) => token.startsWith(prefix);

/** Undefined for anything that was never a key. */
export const parseApiKey = (token: string): ApiKeyToken | undefined => {
  const [, ids = '', secret = ''] = /^hgk_([\w-]{43})\.([\w-]{43})$/.exec(token) ?? [];
  const bytes = Buffer.from(ids, 'base64url');
  const { data: organizationId } = OrganizationId.safeParse(uuidOf(bytes.subarray(0, uuidBytes)));
  const { data: keyId } = z.uuid().safeParse(uuidOf(bytes.subarray(uuidBytes)));
  return organizationId && keyId ? { organizationId, keyId, secret } : undefined;
};
