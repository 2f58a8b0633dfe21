import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manages } from '../../../shared/auth-users/who-manages.ts';
import { type BuiltInRole, builtInRoles, permissions } from '../../../shared/permissions.ts';
import { rightsOfRoles } from '../../../shared/roles/role.ts';

const callerOf = (role: BuiltInRole) => ({ userId: 'me', superuser: false, ...rightsOfRoles([role], []) });
const targetOf = (role: BuiltInRole) => ({ superuser: false, rights: rightsOfRoles([role], []) });

test('admins manage everybody, managers those who manage nobody', () => {
  const managed = (caller: BuiltInRole) =>
    builtInRoles.filter((role) => manages(callerOf(caller), targetOf(role), false));

  expect(managed('admin')).toEqual([...builtInRoles]);
  expect(managed('manager')).toEqual(['agent', 'viewer', 'customer']);
});

test('who isn’t an admin manages nobody that may do more, whatever the roles', () => {
  const some = fc.subarray([...permissions]);
  fc.assert(
    fc.property(some, some, (held, theirs) => {
      const caller = { ...callerOf('viewer'), permissions: new Set([...held, 'users:manage' as const]) };
      const rights = { ...rightsOfRoles([], []), permissions: new Set(theirs) };

      const may = manages(caller, { rights, superuser: false }, false);

      expect(may).toBe(!theirs.includes('users:manage') && theirs.every((one) => caller.permissions.has(one)));
    }),
  );
});

test('superusers are managed by superusers only', () => {
  const target = { ...targetOf('viewer'), superuser: true };

  expect(manages(callerOf('admin'), target, true)).toBe(false);
  expect(manages({ ...callerOf('viewer'), superuser: true }, target, true)).toBe(true);
});
