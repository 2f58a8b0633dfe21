import { expect, test } from 'vitest';
import { auditLogRoutes } from '../../../shared/audit-logs/routes.ts';
import { roleRoutes } from '../../../shared/roles/routes.ts';
import { changeRole } from '../../support/change-role.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { signUp } from '../../support/sign-up.ts';

/** An organization that made, changed and deleted a role. */
const withHistory = async () => {
  const owner = await signUp();
  const { data } = await owner.api.call(roleRoutes.createRole, { body: { name: 'Desk', permissions: ['dnc:read'] } });
  const params = { roleId: data.id };
  await owner.api.call(roleRoutes.updateRole, { params, body: { name: 'Night desk' } });
  await owner.api.call(roleRoutes.deleteRole, { params });
  return { ...owner, roleId: data.id };
};

test('who did what to which thing is listed with before and after, the newest first', async () => {
  const { api, session, roleId } = await withHistory();

  const { data, pagination } = await api.call(auditLogRoutes.listAuditLogs, { query: { resource: 'role' } });

  const by = { userId: session.user.id, actorKind: 'user', actorName: 'Dana Reyes', ipAddress: '127.0.0.1' };
  expect(data).toMatchObject([
    { action: 'role_deleted', resourceId: roleId, before: { name: 'Night desk' }, after: null, ...by },
    { action: 'role_updated', before: { name: 'Desk' }, after: { name: 'Night desk' }, ...by },
    { action: 'role_created', before: null, after: { name: 'Desk', permissions: ['dnc:read'] }, ...by },
  ]);
  expect(pagination).toMatchObject({ total: null, nextCursor: null });
});

test('the log is filtered by action, actor, thing and time, and read page by page', async () => {
  const { api, session, roleId } = await withHistory();
  const actions = async (query: Record<string, string>) =>
    (await api.call(auditLogRoutes.listAuditLogs, { query })).data.map(({ action }) => action);
  const first = await api.call(auditLogRoutes.listAuditLogs, { query: { limit: 1, resource: 'role' } });
  const cursor = first.pagination.nextCursor ?? '';
  const second = await api.call(auditLogRoutes.listAuditLogs, { query: { limit: 1, resource: 'role', cursor } });

  expect(await actions({ action: 'role_created' })).toEqual(['role_created']);
  expect(await actions({ resourceId: roleId, to: first.data[0]?.timestamp ?? '' })).not.toContain('role_deleted');
  expect(await actions({ userId: session.user.id, resource: 'role' })).toHaveLength(3);
  expect(await actions({ from: '2100-01-01T00:00:00Z' })).toEqual([]);
  expect([...first.data, ...second.data].map(({ action }) => action)).toEqual(['role_deleted', 'role_updated']);
});

test('nobody sees what happened elsewhere, and who may not read the log is refused', async () => {
  const { roleId } = await withHistory();
  const stranger = await signUp();

  const { data } = await stranger.api.call(auditLogRoutes.listAuditLogs, { query: { resourceId: roleId } });

  expect(data).toEqual([]);
  await changeRole(stranger.session.user, 'manager');
  expect(await refusalOf(stranger.api.call(auditLogRoutes.listAuditLogs, {}))).toBe('403 FORBIDDEN');
});
