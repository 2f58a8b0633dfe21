import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { createPrincipals } from '../lib/local/wire/principals.ts';
import { contactRoutes } from '../shared/contacts/routes.ts';
import { contactKeys } from '../shared/platform/table/contact-keys.ts';
import { authKeys } from '../shared/platform/table/keys.ts';
import { type Bench, figure, type Report } from './support/bench.ts';
import { importTimed } from './support/contact-file.ts';
import { best, httpLoad, inWords, type Load, loopLoad } from './support/load.ts';
import { callsBetween, readMeter } from './support/meter.ts';
import { type BenchOrganization, signUp } from './support/organization.ts';
import { quiet } from './support/quiet.ts';
import { type StackAddresses, withStack } from './support/stack.ts';

const rounds = 3;
const seconds = 4;
const warmUpSeconds = 2;
/** measures.md: of the same reads by the SDK alone. */
const leastRatio = 0.5;
/** Contacts created a minute: the issue's own floor. */
const leastCreated = 1000;
const importedContacts = 5000;
const pageSize = 50;

export const apiBench: Bench = {
  about: 'requests a second through the local stack, against the SDK alone',
  run: (options, report) =>
    withStack(options, async (stack) => {
      const organization = await signUp(stack.apiUrl);
      await readContact(stack, organization, report);
      await createContacts(stack, organization, report);
      await importTimed(organization.api, options.rows ?? importedContacts);
      await listPage(stack, organization, report);
    }),
};

/** `GET /contacts/{id}` against what it reads: the caller's session and rights in one call, then the contact. */
const readContact = async (stack: StackAddresses, { api, token, claims }: BenchOrganization, report: Report) => {
  const { data: contact } = await api.call(contactRoutes.createContact, {
    body: { firstName: 'Ada', lastName: 'Abara', phone: '(415) 555-0100', company: 'Abara, Ada & Co.' },
  });
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'us-east-1',
      endpoint: stack.gatewayUrl,
      credentials: createPrincipals().administrator,
    }),
  );
  const { org, sub, sid } = claims;
  const Keys = [authKeys.session(org, sub, sid), authKeys.access(org, sub)];
  const reads = async () => {
    await client.send(new BatchGetCommand({ RequestItems: { [stack.tableName]: { Keys, ConsistentRead: true } } }));
    const Key = contactKeys.contact(org, contact.id);
    return client.send(new GetCommand({ TableName: stack.tableName, Key, ConsistentRead: true }));
  };
  const url = `${stack.apiUrl}/contacts/${contact.id}`;
  for (const connections of [10, 50]) {
    await loopLoad(reads, connections, warmUpSeconds);
    await httpLoad({ url, token, connections, seconds: warmUpSeconds });
    const sdk: Load[] = [];
    const http: Load[] = [];
    for (let round = 0; round < rounds; round += 1) {
      sdk.push(await loopLoad(reads, connections, seconds));
      http.push(await httpLoad({ url, token, connections, seconds }));
    }
    const [ours, theirs] = [best(http), best(sdk)];
    const ratio = ours.rps / theirs.rps;
    report(
      `GET /contacts/{id}, ${connections} at once: ${ratio.toFixed(2)} of the SDK alone (at least ${leastRatio}): ${inWords(ours)}; SDK ${inWords(theirs)}`,
      { measure: 'GET /contacts/{id}', connections, ratio, atLeast: leastRatio, api: http, sdk },
    );
  }
  client.destroy();
  await callsOfOne(stack, 'GET /contacts/{id}', () => api.call(contactRoutes.getContact, paramsOf(contact.id)), report);
};

const paramsOf = (contactId: string) => ({ params: { contactId } });

const createContacts = async (stack: StackAddresses, { api, token }: BenchOrganization, report: Report) => {
  let made = 0;
  const nextBody = () => {
    made += 1;
    // An exchange that the made-up contacts leave alone.
    return { firstName: 'Ben', lastName: `Brook ${made}`, phone: `+1415${3_000_000 + made}` };
  };
  const url = `${stack.apiUrl}/contacts`;
  await httpLoad({ url, token, connections: 10, seconds: warmUpSeconds, nextBody });
  const load = await httpLoad({ url, token, connections: 10, seconds, nextBody });
  const perMinute = load.rps * 60;
  report(`POST /contacts: ${figure(perMinute)} a minute (at least ${figure(leastCreated)}): ${inWords(load)}`, {
    measure: 'POST /contacts',
    connections: 10,
    perMinute,
    atLeast: leastCreated,
    api: load,
  });
  await callsOfOne(stack, 'POST /contacts', () => api.call(contactRoutes.createContact, { body: nextBody() }), report);
};

const listPage = async (stack: StackAddresses, { api, token }: BenchOrganization, report: Report) => {
  const list = () => api.call(contactRoutes.listContacts, { query: { limit: pageSize } });
  const { totalContacts } = (await list()).filters;
  const url = `${stack.apiUrl}/contacts?limit=${pageSize}`;
  await httpLoad({ url, token, connections: 10, seconds: warmUpSeconds });
  const loads: Load[] = [];
  for (let round = 0; round < rounds; round += 1) loads.push(await httpLoad({ url, token, connections: 10, seconds }));
  report(`GET /contacts, page of ${pageSize} of ${figure(totalContacts)}: ${inWords(best(loads))}`, {
    measure: 'GET /contacts',
    connections: 10,
    pageSize,
    totalContacts,
    api: loads,
  });
  await callsOfOne(stack, 'GET /contacts', list, report);
};

/** What one request asks of AWS: where a read too many shows. */
const callsOfOne = async (stack: StackAddresses, measure: string, request: () => Promise<unknown>, report: Report) => {
  // The load's last requests are still on their way.
  await quiet(stack);
  const before = await readMeter(stack.controlUrl);
  await request();
  const calls = callsBetween(before, await readMeter(stack.controlUrl)).filter(({ name }) => name.startsWith('dynamo'));
  const words = calls.map(
    ({ name, requests, readUnits, writeUnits }) =>
      `${requests} ${name.replace('dynamodb ', '')} (${[readUnits && `${readUnits} read`, writeUnits && `${writeUnits} write`].filter(Boolean).join(', ')} units)`,
  );
  report(`  one asks for ${words.join(', ')}`, { measure: `${measure} calls`, calls });
};
