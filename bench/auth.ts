import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { decodeJwt } from 'jose';
import { apiClient } from '../lib/api-client.ts';
import { createPrincipals } from '../lib/local/wire/principals.ts';
import { apiKeyAuthenticator } from '../shared/api-keys/authenticate-api-key.ts';
import { apiKeyRoutes } from '../shared/api-keys/routes.ts';
import { authenticator } from '../shared/auth/authenticate.ts';
import { authRoutes } from '../shared/auth/routes.ts';
import { signingKeyStore } from '../shared/auth/signing-key-store.ts';
import { accessTokenVerifier } from '../shared/auth/verify-access-token.ts';
import { authUserRoutes } from '../shared/auth-users/routes.ts';
import { contactRoutes } from '../shared/contacts/routes.ts';
import { systemClock } from '../shared/platform/clock.ts';
import { systemIds } from '../shared/platform/id.ts';
import { hashPassword } from '../shared/platform/password-hash.ts';
import { authKeys } from '../shared/platform/table/keys.ts';
import { openTable } from '../shared/platform/table/table.ts';
import { roleRoutes } from '../shared/roles/routes.ts';
import { type Bench, figure, type Report } from './support/bench.ts';
import { best, loopLoad } from './support/load.ts';
import { type BenchOrganization, signUp } from './support/organization.ts';
import { unitsOf } from './support/quiet.ts';
import { type StackAddresses, withStack } from './support/stack.ts';

const rounds = 3;
const seconds = 2;
const counted = 100;
const leaseCalls = 1000;
const hashes = 10;

export const authBench: Bench = {
  about: 'what knowing the caller adds to a call, in request units and milliseconds, and what one password hash takes',
  run: async (options, report) => {
    passwordHash(report);
    await withStack(options, async (stack) => {
      const organization = await signUp(stack.apiUrl);
      await authentications(stack, organization, report);
      await leases(stack, organization, report);
    });
  },
};

/** Each kind of caller, against the reads of the first one by the SDK alone, from this process. */
const authentications = async (stack: StackAddresses, organization: BenchOrganization, report: Report) => {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'us-east-1',
      endpoint: stack.gatewayUrl,
      credentials: createPrincipals().administrator,
    }),
  );
  const table = openTable(client, stack.tableName);
  const { org, sub, sid } = organization.claims;
  const { iss: issuer = '' } = decodeJwt(organization.token);
  const readKeys = async () => (await signingKeyStore(table).all()).map(({ publicJwk }) => publicJwk);
  const verify = accessTokenVerifier({ readKeys, clock: systemClock, issuer });
  const byToken = authenticator({ table, clock: systemClock, verify });
  const byKey = apiKeyAuthenticator({ table, clock: systemClock });
  const from = { sourceIp: '192.0.2.7', userAgent: 'bench' };
  const [apiKey, roleToken] = [await anApiKey(organization), await tokenOfCustomRole(stack, organization)];
  const Keys = [authKeys.session(org, sub, sid), authKeys.access(org, sub)];
  const ways: Record<string, () => Promise<unknown>> = {
    'the reads alone, by the SDK': () =>
      client.send(new BatchGetCommand({ RequestItems: { [stack.tableName]: { Keys, ConsistentRead: true } } })),
    'access token, built-in role': () => byToken(organization.token, from),
    'access token, custom role': () => byToken(roleToken, from),
    'API key': () => byKey(apiKey, from),
  };
  for (const [name, authenticate] of Object.entries(ways)) {
    await loopLoad(authenticate, 1, seconds);
    const loads = [];
    for (let round = 0; round < rounds; round += 1) loads.push(await loopLoad(authenticate, 1, seconds));
    const { readUnits, writeUnits } = await unitsOf(stack, async () => {
      for (let call = 0; call < counted; call += 1) await authenticate();
    });
    const { p50, p99 } = best(loads);
    report(
      `${name}: ${figure(readUnits / counted)} read and ${figure(writeUnits / counted)} write units, p50 ${figure(p50)} ms, p99 ${figure(p99)} ms`,
      { measure: 'authentication', name, readUnits: readUnits / counted, writeUnits: writeUnits / counted, loads },
    );
  }
  client.destroy();
};

/** What the organization's limits add, which are leased in blocks. */
const leases = async (stack: StackAddresses, { api }: BenchOrganization, report: Report) => {
  const { data: contact } = await api.call(contactRoutes.createContact, { body: { phone: '(415) 555-0100' } });
  const { readUnits, writeUnits } = await unitsOf(stack, async () => {
    for (let call = 0; call < leaseCalls; call += 1)
      await api.call(contactRoutes.getContact, { params: { contactId: contact.id } });
  });
  report(
    `GET /contacts/{id}, ${figure(leaseCalls)} one after another: ${figure(readUnits / leaseCalls)} read and ${figure(writeUnits / leaseCalls)} write units each, the contact's own unit and the limits included`,
    { measure: 'limits', readUnits: readUnits / leaseCalls, writeUnits: writeUnits / leaseCalls },
  );
};

/** Outside of functions that have more or less processor: a comparison of machines, not a promise. */
const passwordHash = (report: Report) => {
  const began = performance.now();
  for (let round = 0; round < hashes; round += 1) hashPassword('four quiet lanterns');
  const milliseconds = (performance.now() - began) / hashes;
  report(`one password hash: ${figure(milliseconds)} ms on this machine`, { measure: 'password hash', milliseconds });
};

const anApiKey = async ({ api }: BenchOrganization) => {
  const body = { name: 'Bench', permissions: ['contacts:read' as const] };
  return (await api.call(apiKeyRoutes.createApiKey, { body })).data.key;
};

const tokenOfCustomRole = async (stack: StackAddresses, { api }: BenchOrganization) => {
  const permissions = ['contacts:read' as const];
  const { data: role } = await api.call(roleRoutes.createRole, { body: { name: 'Readers', permissions } });
  const username = `reader-${systemIds.random().slice(0, 18)}`;
  const password = systemIds.random();
  const body = { username, password, email: `${username}@example.com`, roles: [role.id] };
  await api.call(authUserRoutes.createAuthUser, { body });
  const client = apiClient(stack.apiUrl);
  return (await client.call(authRoutes.login, { body: { username, password } })).access_token;
};
