import * as z from 'zod';
import { type Outbound, OutboundRefused } from '../platform/outbound.ts';
import { IssuerKey, mostKeys } from './identity-provider.ts';

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const KeySet = z.object({ keys: z.array(z.unknown()).max(100) });

/** What an issuer publishes: its discovery document leads to its keys (OpenID Connect Discovery 1.0, 4). */
export const fetchKeys = async (outbound: Outbound, issuer: string): Promise<IssuerKey[]> => {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const discovery = Discovery.safeParse(await outbound.getJson(address));
  if (!discovery.success) throw new OutboundRefused('The discovery document names no issuer or no keys');
  if (discovery.data.issuer !== issuer)
    throw new OutboundRefused(`The discovery document is of another issuer: ${discovery.data.issuer.slice(0, 200)}`);
  const set = KeySet.safeParse(await outbound.getJson(discovery.data.jwks_uri));
  if (!set.success) throw new OutboundRefused('The keys are no JWKS');
  // Keys for encryption, symmetric ones and kinds that nobody here verifies are none of ours.
  const keys = set.data.keys.flatMap((key) => {
    const { data } = IssuerKey.safeParse(key);
    return data && data.use !== 'enc' ? [data] : [];
  });
  if (keys.length === 0) throw new OutboundRefused('There is no key that could verify a token');
  return keys.slice(0, mostKeys);
};
