import type { OrganizationId } from '../platform/organization-id.ts';
import { equals, missing } from '../platform/table/expression.ts';
import { directoryKeys, organizationKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { Closure } from './closure.ts';

/** The closing of an organization, while there is one. */
export const closureStore = (table: Table, organizationId: OrganizationId) => {
  const key = organizationKeys.closure(organizationId);
  const put = (before: Closure, after: Closure): Write => ({
    put: { ...key, ...after, version: before.version + 1 },
    if: equals('version', before.version),
  });
  return {
    get: async (): Promise<Closure | undefined> => {
      const item = await table.get(key, { consistent: true });
      return item && Closure.parse(item);
    },

    create: (closure: Closure): Write => ({ put: { ...key, ...closure }, if: missing('pk') }),

    /** Puts `after` in the place of `before`, with what else `others` writes. Answers false when somebody came first. */
    revise: (before: Closure, after: Closure, others: readonly Write[] = []): Promise<boolean> =>
      unlessRefused(() => table.transact([put(before, after), ...others])),

    delete: (closure: Closure): Write => ({ delete: key, if: equals('version', closure.version) }),

    /** What is left of an organization that was erased: that it was there, and until when. Nothing of a person. */
    tombstone: (erasedAt: string): Promise<void> => table.put({ ...directoryKeys.closed(organizationId), erasedAt }),
  };
};
