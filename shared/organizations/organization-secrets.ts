import { type KeyService, seal, unseal } from '../platform/crypto.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { dataKeyStore } from './data-key-store.ts';

/** What an organization keeps sealed under its own data key. A sealed text opens in its own place only. */
export interface OrganizationSecrets {
  seal(text: string, place: string): Promise<string>;
  /** @throws Error when the text was altered, moved, or sealed by another organization */
  open(sealed: string, place: string): Promise<string>;
}

export const organizationSecrets = (
  table: Table,
  keys: KeyService,
  organizationId: OrganizationId,
): OrganizationSecrets => {
  const store = dataKeyStore(table, keys, organizationId);
  const bound = (place: string) => `${organizationId}#${place}`;
  return {
    seal: async (text, place) => seal(await store.findOrCreate(), text, bound(place)),
    open: async (sealed, place) => {
      const key = await store.find();
      if (!key) throw new Error('A sealed text without a data key');
      return unseal(key, sealed, bound(place));
    },
  };
};
