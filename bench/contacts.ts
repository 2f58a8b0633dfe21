import { setTimeout as sleep } from 'node:timers/promises';
import { lastNames } from '../lib/demo/made-up-contacts.ts';
import { contactJobRoutes } from '../shared/contact-jobs/routes.ts';
import { contactListRoutes } from '../shared/contact-lists/routes.ts';
import { contactRoutes } from '../shared/contacts/routes.ts';
import { type Bench, figure, type Report } from './support/bench.ts';
import { importTimed, searchableContacts } from './support/contact-file.ts';
import { best, httpLoad, inWords, type Load } from './support/load.ts';
import { type BenchOrganization, signUp } from './support/organization.ts';
import { unitsOf } from './support/quiet.ts';
import { type StackAddresses, withStack } from './support/stack.ts';

const smallRows = 1_000;
/** Some rows repeat a phone or have none: these make 50,600 contacts. */
const usualRows = 55_000;
/** measures.md: of the small organization's rate. */
const leastRatio = 0.8;
const rounds = 3;
const seconds = 3;
const warmUpSeconds = 1;
const connections = 10;
const counted = 20;
const pollMs = 250;

/** An organization with contacts, and a list that holds them all. */
interface Filled extends BenchOrganization {
  listId: string;
  contacts: number;
}

type Query = Record<string, string>;

/**
 * Pages of a size that both organizations fill: it is what one page costs among many that is asked. How many contacts a
 * filter looks at until it has its page is luck, which evens out over all names that the made-up contacts have.
 */
const questions: [string, (organization: Filled) => Query[]][] = [
  ['list page of 50', () => [{ limit: '50' }]],
  ['page of 50 of a list', ({ listId }) => [{ limit: '50', listId }]],
  ['50 by a last name’s beginning', () => [{ limit: '50', search: 'jan' }]],
  ['1 by an e-mail address', () => [{ limit: '50', search: 'person500@example.com' }]],
  ['5 by the last four digits of a phone', () => [{ limit: '5', search: '0100' }]],
  [
    '5 by a last name’s beginning, status and tag',
    () => lastNames.map((name) => ({ limit: '5', search: name.slice(0, 3), status: 'active', tags: 'vip' })),
  ],
];

export const contactsBench: Bench = {
  about: 'pages and searches of contacts, in a large organization against a small one',
  run: (options, report) =>
    withStack(options, async (stack) => {
      // The large one first: the other's access token would not outlast its import.
      const large = await filled(stack, options.rows ?? usualRows, report);
      const small = await filled(stack, smallRows, report);
      for (const question of questions) await compare(stack, small, large, question, report);
      for (const organization of [small, large]) await countSegment(stack, organization, report);
    }),
};

/** A segment is counted by looking at everybody: what that costs grows with the organization, and is said for each contact. */
const countSegment = async (stack: StackAddresses, { api, contacts }: Filled, report: Report) => {
  const { data: segment } = await api.call(contactListRoutes.createContactList, {
    body: { name: `Segment ${performance.now()}`, filter: { tags: ['vip'] } },
  });
  const began = performance.now();
  let took = 0;
  let processed = 0;
  const { readUnits, writeUnits } = await unitsOf(stack, async () => {
    const { data: started } = await api.call(contactJobRoutes.countContacts, { body: { listId: segment.id } });
    let job = started;
    for (; job.status === 'processing'; await sleep(pollMs))
      job = (await api.call(contactJobRoutes.getContactJob, { params: { jobId: started.id } })).data;
    took = (performance.now() - began) / 1000;
    processed = job.processed;
  });
  report(
    `segment of ${figure(processed)} among ${figure(contacts)} contacts counted in ${took.toFixed(1)} s: ${figure(readUnits)} read units (${(readUnits / contacts).toFixed(3)} a contact), ${figure(writeUnits)} write units`,
    { measure: 'segment count', contacts, processed, seconds: took, readUnits, writeUnits },
  );
};

const filled = async ({ apiUrl }: StackAddresses, rows: number, report: Report): Promise<Filled> => {
  const organization = await signUp(apiUrl);
  const { listId, job, seconds: took } = await importTimed(organization.api, rows, searchableContacts(rows));
  const contacts = job.results.imported;
  report(`${figure(contacts)} contacts imported in ${figure(took)} s`, { measure: 'contacts', contacts, took });
  return { ...organization, token: await organization.freshToken(), listId, contacts };
};

const compare = async (
  stack: StackAddresses,
  small: Filled,
  large: Filled,
  [name, queriesOf]: (typeof questions)[number],
  report: Report,
) => {
  const ask = (organization: Filled, duration: number) => {
    const { pathname } = new URL(stack.apiUrl);
    return httpLoad({
      url: stack.apiUrl,
      paths: queriesOf(organization).map((query) => `${pathname}/contacts?${new URLSearchParams(query).toString()}`),
      token: organization.token,
      connections,
      seconds: duration,
    });
  };
  const loads: { small: Load[]; large: Load[] } = { small: [], large: [] };
  await ask(small, warmUpSeconds);
  await ask(large, warmUpSeconds);
  for (let round = 0; round < rounds; round += 1) {
    loads.small.push(await ask(small, seconds));
    loads.large.push(await ask(large, seconds));
  }
  const ratio = best(loads.large).rps / best(loads.small).rps;
  const units = [await unitsOfOne(stack, small, queriesOf), await unitsOfOne(stack, large, queriesOf)];
  report(
    `${name}: ${ratio.toFixed(2)} of the small organization (at least ${leastRatio}): ${inWords(best(loads.large))}, ${figure(units[1] ?? 0)} read units each; small ${inWords(best(loads.small))}, ${figure(units[0] ?? 0)} read units`,
    { measure: name, connections, ratio, atLeast: leastRatio, readUnits: units, ...loads },
  );
};

/** Read units of one request, the caller's session included. */
const unitsOfOne = async (stack: StackAddresses, organization: Filled, queriesOf: (of: Filled) => Query[]) => {
  const queries = queriesOf(organization).map(({ limit, ...others }) => ({ ...others, limit: Number(limit) }));
  const { readUnits } = await unitsOf(stack, async () => {
    for (let call = 0; call < counted; call += 1)
      for (const query of queries) await organization.api.call(contactRoutes.listContacts, { query });
  });
  return readUnits / (counted * queries.length);
};
