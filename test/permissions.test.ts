import { beforeAll, describe, expect, inject, test } from 'vitest';
import { apiKeyRoutes } from '../shared/api-keys/routes.ts';
import { type BuiltInRole, builtInRoles, type Permission, permissions } from '../shared/permissions.ts';
import type { Access } from '../shared/platform/http/route.ts';
import { systemIds } from '../shared/platform/id.ts';
import { aMember } from './support/a-member.ts';
import { type DeclaredRoute, declaredRoutes, pathWith } from './support/declared-routes.ts';
import { request } from './support/http-request.ts';
import { signUp } from './support/sign-up.ts';

/** Who holds each permission, as the product's description has it: written down a second time, on purpose. */
const holders: Record<Permission, readonly BuiltInRole[]> = {
  'contacts:read': ['admin', 'manager', 'agent', 'viewer'],
  'contacts:write': ['admin', 'manager', 'agent'],
  'contacts:delete': ['admin', 'manager'],
  'bulk:run': ['admin', 'manager'],
  'lists:manage': ['admin', 'manager'],
  'imports:run': ['admin', 'manager'],
  'dnc:read': ['admin', 'manager', 'agent', 'viewer'],
  'dnc:manage': ['admin', 'manager'],
  'crm:manage': ['admin'],
  'org:manage': ['admin'],
  'audit:read': ['admin'],
  'users:manage': ['admin', 'manager'],
  'templates:read': ['admin', 'manager', 'agent', 'viewer'],
  'templates:manage': ['admin', 'manager'],
  'campaigns:read': ['admin', 'manager', 'agent', 'viewer'],
  'campaigns:manage': ['admin', 'manager'],
  'campaigns:send': ['admin', 'manager'],
  'analytics:read': ['admin', 'manager', 'agent', 'viewer'],
  'messages:read': ['admin', 'manager', 'agent', 'viewer'],
  'messages:send': ['admin', 'manager', 'agent'],
};
/** What a customer may do with its own record and no other. */
const ownRecord = ['getContact', 'updateContact'];

/** What each operation asks of its caller. A new one without a line here fails the test. */
const asked: Record<string, Access> = {
  listApiKeys: 'org:manage',
  createApiKey: 'org:manage',
  getApiKey: 'org:manage',
  deleteApiKey: 'org:manage',
  listAuditLogs: 'audit:read',
  register: 'public',
  login: 'public',
  refresh: 'public',
  resetPassword: 'public',
  getSigningKeys: 'public',
  getOpenIdConfiguration: 'public',
  getMe: 'user',
  updateMe: 'user',
  changePassword: 'user',
  startEmailChange: 'user',
  confirmEmailChange: 'user',
  leaveOrganization: 'user',
  listAuthUsers: 'users:manage',
  createAuthUser: 'users:manage',
  listManagedCustomers: 'user',
  getAuthUser: 'users:manage',
  updateAuthUser: 'users:manage',
  deleteAuthUser: 'users:manage',
  disableAuthUser: 'users:manage',
  enableAuthUser: 'users:manage',
  setSuperuser: 'superuser',
  resetSecondStep: 'users:manage',
  getRolesOfAuthUser: 'users:manage',
  assignRoles: 'users:manage',
  listCampaigns: 'campaigns:read',
  createCampaign: 'campaigns:manage',
  getCampaign: 'campaigns:read',
  updateCampaign: 'campaigns:manage',
  deleteCampaign: 'campaigns:manage',
  startCampaign: 'campaigns:send',
  pauseCampaign: 'campaigns:send',
  resumeCampaign: 'campaigns:send',
  listCampaignTargets: 'campaigns:read',
  getCampaignAnalytics: 'analytics:read',
  requestClosure: 'org:manage',
  getClosure: 'org:manage',
  cancelClosure: 'org:manage',
  eraseOrganization: 'org:manage',
  listContacts: 'contacts:read',
  createContact: 'contacts:write',
  createContactManually: 'contacts:write',
  getContact: 'contacts:read',
  updateContact: 'contacts:write',
  deleteContact: 'contacts:delete',
  mergeContacts: 'contacts:delete',
  countContacts: 'contacts:read',
  runBulkOperation: 'bulk:run',
  copyContactList: 'lists:manage',
  mergeContactLists: 'lists:manage',
  listContactJobs: 'contacts:read',
  getContactJob: 'contacts:read',
  undoContactJob: 'bulk:run',
  deduplicateContacts: 'bulk:run',
  listDuplicates: 'contacts:read',
  mergeDuplicates: 'bulk:run',
  undoImport: 'imports:run',
  recordConsent: 'contacts:write',
  listConsents: 'contacts:read',
  exportContacts: 'imports:run',
  listContactExports: 'imports:run',
  getContactExport: 'imports:run',
  listContactLists: 'contacts:read',
  createContactList: 'lists:manage',
  getContactList: 'contacts:read',
  listListMembers: 'contacts:read',
  updateContactList: 'lists:manage',
  deleteContactList: 'lists:manage',
  listCustomFields: 'contacts:read',
  createCustomField: 'lists:manage',
  updateCustomField: 'lists:manage',
  deleteCustomField: 'lists:manage',
  listDncLists: 'dnc:read',
  createDncList: 'dnc:manage',
  getDncList: 'dnc:read',
  updateDncList: 'dnc:manage',
  deleteDncList: 'dnc:manage',
  listDncEntries: 'dnc:read',
  createDncEntry: 'dnc:manage',
  deleteDncEntry: 'dnc:manage',
  startScrub: 'dnc:manage',
  getScrub: 'dnc:read',
  getAbout: 'public',
  getOpenApi: 'public',
  getReference: 'public',
  getReferenceScript: 'public',
  getHealth: 'public',
  listIdentityProviders: 'org:manage',
  createIdentityProvider: 'org:manage',
  getIdentityProvider: 'org:manage',
  updateIdentityProvider: 'org:manage',
  deleteIdentityProvider: 'org:manage',
  refreshIdentityProvider: 'org:manage',
  startImport: 'imports:run',
  listImports: 'imports:run',
  getImport: 'imports:run',
  previewImport: 'imports:run',
  executeImport: 'imports:run',
  previewLeadImport: 'imports:run',
  executeLeadImport: 'imports:run',
  listImportMappings: 'imports:run',
  createImportMapping: 'imports:run',
  deleteImportMapping: 'imports:run',
  getImportTemplate: 'imports:run',
  listInvitations: 'users:manage',
  createInvitation: 'users:manage',
  resendInvitation: 'users:manage',
  revokeInvitation: 'users:manage',
  lookUpInvitation: 'public',
  getJoinPage: 'public',
  getOrganization: 'signed-in',
  updateOrganization: 'org:manage',
  createOrganization: 'superuser',
  getSmsProvider: 'org:manage',
  setSmsProvider: 'org:manage',
  listRoles: 'users:manage',
  createRole: 'users:manage',
  getRole: 'users:manage',
  updateRole: 'users:manage',
  deleteRole: 'users:manage',
  startSecondStep: 'user',
  confirmSecondStep: 'user',
  disableSecondStep: 'user',
  startTotp: 'user',
  confirmTotp: 'user',
  renewRecoveryCodes: 'user',
  listSessions: 'user',
  endSession: 'user',
  logout: 'user',
  logoutAll: 'user',
  sendCode: 'public',
  confirmCode: 'public',
};

const isPermission = (access: Access): access is Permission => permissions.some((name) => name === access);

/** One address of each operation; the aliases are the same operation by construction. */
const operations = declaredRoutes.filter(
  ({ name }, index) => declaredRoutes.findIndex((other) => other.name === name) === index,
);
/** They end the very session that asks, for everybody: test/functions/sessions and auth-users drive them. */
const endsItself = ['logout', 'logoutAll', 'leaveOrganization'];
const driven = operations.filter(({ name, route }) => route.access !== 'public' && !endsItself.includes(name));

/** Calls an operation with a body that is looked at only once the caller may; so that nothing is changed by it. */
const call = (declared: DeclaredRoute, token: string, { id = systemIds.random(), headers = {} } = {}) =>
  request(declared.method, `${inject('stack').apiUrl}${pathWith(declared, id)}`, {
    token,
    headers,
    ...(declared.route.body ? { text: 'not even JSON' } : {}),
  });

const inTurn = async <T>(those: readonly DeclaredRoute[], run: (declared: DeclaredRoute) => Promise<T>) => {
  const answers: Record<string, T> = {};
  const waiting = [...those];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) answers[next.name] = await run(next);
    }),
  );
  return answers;
};

const tokens = new Map<string, string>();
let customersContact = '';
let foreignOrganization = '';
beforeAll(async () => {
  const owner = await signUp();
  tokens.set('admin', owner.session.access_token);
  for (const role of builtInRoles.filter((name) => name !== 'admin')) {
    const member = await aMember(owner.api, { role });
    tokens.set(role, member.session.access_token);
    if (role === 'customer') customersContact = member.user.contact_id ?? '';
  }
  const body = { name: 'Everything', permissions: [...permissions] };
  tokens.set('api-key', (await owner.api.call(apiKeyRoutes.createApiKey, { body })).data.key);
  foreignOrganization = (await signUp()).session.user.organization_id;
});
const tokenOf = (who: string) => tokens.get(who) ?? '';

test('every operation asks of its caller what is written down here, and none is forgotten', () => {
  expect(Object.fromEntries(operations.map(({ name, route }) => [name, route.access]))).toEqual(asked);
});

describe.each(builtInRoles)('a caller with the role %s', (role) => {
  const mayBe = (access: Access | undefined) =>
    access !== undefined && access !== 'superuser' && (!isPermission(access) || holders[access].includes(role));

  test('may do what the role grants in its own organization, and is refused everything else', async () => {
    const verdicts = await inTurn(driven, async (declared) => {
      const { status } = await call(declared, tokenOf(role));
      return status === 403 ? 'refused' : status === 401 ? 'unknown' : 'may';
    });

    const expected = driven.map(({ name }) => {
      const own = role === 'customer' && ownRecord.includes(name);
      return [name, own || mayBe(asked[name]) ? 'may' : 'refused'];
    });
    expect(verdicts).toEqual(Object.fromEntries(expected));
  });

  test('is told of another organization that there is none, whatever is asked', async () => {
    const headers = { 'x-organization-id': foreignOrganization };

    const answers = await inTurn(driven, async (declared) => (await call(declared, tokenOf(role), { headers })).status);

    expect(new Set(Object.values(answers))).toEqual(new Set([404]));
  });
});

test('a customer reaches its own record, and finds no other', async () => {
  const own = driven.filter(({ name }) => ownRecord.includes(name));

  const answers = await inTurn(own, async (declared) => [
    (await call(declared, tokenOf('customer'), { id: customersContact })).status,
    (await call(declared, tokenOf('customer'))).status,
  ]);

  expect(answers).toEqual({ getContact: [200, 404], updateContact: [400, 404] });
});

test('an API key with every permission does what permissions are for, and nothing that is a person’s', async () => {
  const answers = await inTurn(driven, async (declared) => (await call(declared, tokenOf('api-key'))).status === 403);

  const refused = driven.filter(({ name }) => ['user', 'superuser'].includes(asked[name] ?? ''));
  expect(
    Object.keys(answers)
      .filter((name) => answers[name])
      .toSorted(),
  ).toEqual(refused.map(({ name }) => name).toSorted());
});
