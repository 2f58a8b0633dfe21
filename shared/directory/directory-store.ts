import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';
import { and, equals, missing, or } from '../platform/table/expression.ts';
import { directoryKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Directory, Holder } from './directory.ts';

const Claim = z.object({ organizationId: OrganizationId, id: z.string() });

const freeOrHeldBy = ({ organizationId, id }: Holder) =>
  or(missing('pk'), and(equals('organizationId', organizationId), equals('id', id)));

/** The claims of the installation: the one store that is not opened for an organization. */
export const openDirectory = (table: Table): Directory => {
  return {
    // Consistent: who has just registered signs in at once.
    holder: async (kind, value) => {
      const item = await table.get(directoryKeys.claim(kind, value), { consistent: true });
      return item && Claim.parse(item);
    },
    claim: (kind, value, { organizationId, id }) => ({
      put: { ...directoryKeys.claim(kind, value), organizationId, id },
      if: freeOrHeldBy({ organizationId, id }),
    }),
    release: (kind, value, holder) => ({ delete: directoryKeys.claim(kind, value), if: freeOrHeldBy(holder) }),
  };
};
