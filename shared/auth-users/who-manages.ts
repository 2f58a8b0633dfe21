import type { Caller } from '../platform/http/route.ts';
import type { Rights } from '../roles/role.ts';

/** What decides whether somebody may be managed: their rights, and whom they work for. */
export interface Managed {
  rights: Rights;
  superuser: boolean;
  /** Of a customer: who looks after it, and nothing when nobody does. */
  customer?: { managerId: string | undefined };
}

/**
 * Admins and superusers manage everybody in the organization (superusers only each other). Anybody else manages who
 * manages nobody and may do nothing that the caller may not; and customers only where they look after them, or where
 * the organization lets managers see all.
 */
export const manages = (
  caller: Pick<Caller, 'userId' | 'roles' | 'superuser' | 'permissions'>,
  { rights, superuser, customer }: Managed,
  managersSeeAllCustomers: boolean,
): boolean => {
  if (superuser && !caller.superuser) return false;
  if (caller.superuser || caller.roles.includes('admin')) return true;
  if (rights.permissions.has('users:manage')) return false;
  if (![...rights.permissions].every((permission) => caller.permissions.has(permission))) return false;
  return !customer || managersSeeAllCustomers || customer.managerId === caller.userId;
};
