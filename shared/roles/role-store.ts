import type { OrganizationId } from '../platform/organization-id.ts';
import { equals, exists, missing } from '../platform/table/expression.ts';
import { roleKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { CustomRole } from './role.ts';

/** The roles that an organization made itself. */
export const roleStore = (table: Table, organizationId: OrganizationId) => {
  const claim = ({ id, name }: CustomRole): Write => ({
    put: { ...roleKeys.nameClaim(organizationId, name), roleId: id },
    if: missing('pk'),
  });
  const release = ({ id, name }: CustomRole): Write => ({
    delete: roleKeys.nameClaim(organizationId, name),
    if: equals('roleId', id),
  });
  const sameName = (a: CustomRole, b: CustomRole) => a.name.trim().toLowerCase() === b.name.trim().toLowerCase();
  return {
    get: async (roleId: string): Promise<CustomRole | undefined> => {
      const item = await table.get(roleKeys.role(organizationId, roleId), { consistent: true });
      return item && CustomRole.parse(item);
    },

    /** Those of the roles that exist. */
    all: async (roleIds: readonly string[]): Promise<CustomRole[]> => {
      if (roleIds.length === 0) return [];
      const keys = [...new Set(roleIds)].map((roleId) => roleKeys.role(organizationId, roleId));
      const items = await table.getAll(keys, { consistent: true });
      return items.flatMap((item) => (item ? [CustomRole.parse(item)] : []));
    },

    /** Every role of the organization: it may have a hundred. */
    list: async (): Promise<CustomRole[]> => {
      const { items } = await table.query({ pk: roleKeys.roles(organizationId), consistent: true });
      return items.map((item) => CustomRole.parse(item));
    },

    /** The writes that make a role: first the claim of its name, then the role. */
    create: (role: CustomRole): Write[] => [
      claim(role),
      { put: { ...roleKeys.role(organizationId, role.id), ...role }, if: missing('pk') },
    ],

    /** The writes that put `after` in the place of `before`: first the role, then, where the name changed, its claims. */
    revise: (before: CustomRole, after: CustomRole): Write[] => [
      { put: { ...roleKeys.role(organizationId, after.id), ...after }, if: equals('version', before.version) },
      ...(sameName(before, after) ? [] : [claim(after), release(before)]),
    ],

    /** The writes that delete a role. */
    delete: (role: CustomRole): Write[] => [
      { delete: roleKeys.role(organizationId, role.id), if: equals('version', role.version) },
      release(role),
    ],

    /** Parts of a transaction that hand out roles: refused when one of them is gone meanwhile. */
    stillThere: (roleIds: readonly string[]): Write[] =>
      roleIds.map((roleId) => ({ check: roleKeys.role(organizationId, roleId), if: exists('pk') })),
  };
};
