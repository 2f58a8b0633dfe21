import { join } from 'node:path';
import { marshall } from '@aws-sdk/util-dynamodb';
import { z } from 'zod';
import { forwardToDynoxide } from '../lib/local/wire/dynamodb/forward.ts';
import { contactRoutes } from '../shared/contacts/routes.ts';
import { contactKeys } from '../shared/platform/table/contact-keys.ts';
import { findPostgres } from './peer/postgres.ts';
import { type Bench, figure, type Report } from './support/bench.ts';
import { withChild } from './support/child.ts';
import { importTimed, searchableContacts } from './support/contact-file.ts';
import { best, type HttpLoad, httpLoad, inWords, type Load, loopLoad } from './support/load.ts';
import { type BenchOrganization, signUp } from './support/organization.ts';
import { type StackAddresses, withStack } from './support/stack.ts';

/** Some rows repeat a phone or have none: these make 50,600 contacts. */
const usualRows = 55_000;
const rounds = 3;
const seconds = 4;
const warmUpSeconds = 2;
const connections = 10;
const limit = 50;

interface Comparison {
  name: string;
  atLeast: number;
  query: { search?: string };
}

/** What is asked of both, and how many times the peer's rate ours has to be (measures.md). */
const comparisons: Comparison[] = [
  { name: `list page of ${limit}`, atLeast: 5, query: {} },
  { name: 'search, a last name’s beginning', atLeast: 100, query: { search: 'jan' } },
  { name: 'search, an e-mail address’s beginning', atLeast: 100, query: { search: 'person4999' } },
];

/** First what the issue answers; the others are easier for the peer, and none of them has to be beaten so far. */
const waysOfSearch: [string, string][] = [
  ['as the issue answers', ''],
  ['without the total, which we don’t count either', '&total=false'],
  ['by its full-text index, which holds no phones', '&words=true'],
  ['by its full-text index and without the total', '&words=true&total=false'],
];

export const peerBench: Bench = {
  about: 'pages and searches of contacts, against Fastify and PostgreSQL with the schema of the contacts issue',
  run: async (options, report) => {
    const postgres = options.postgres ?? findPostgres();
    if (postgres === undefined) {
      report('skipped: this machine has no PostgreSQL (initdb and postgres on the PATH), and --postgres names none', {
        measure: 'peer',
        skipped: true,
      });
      return;
    }
    const rows = options.rows ?? usualRows;
    const script = join(import.meta.dirname, 'peer/serve-peer.ts');
    await withStack(options, async (stack) => {
      const organization = await signUp(stack.apiUrl);
      await importTimed(organization.api, rows, searchableContacts(rows));
      await withChild(script, [postgres, String(rows)], z.object({ url: z.string() }), async ({ url }) => {
        await sameContacts(organization, url, report);
        for (const comparison of comparisons) await compare(stack, organization, url, comparison, report);
      });
    });
  },
};

const Page = z.object({
  data: z.array(z.unknown()),
  filters: z.object({ totalContacts: z.number() }),
});

/** @throws when the two don't hold as many contacts: then there is nothing to compare */
const sameContacts = async ({ api }: BenchOrganization, url: string, report: Report) => {
  const { totalContacts } = (await api.call(contactRoutes.listContacts, { query: { limit } })).filters;
  const peer = Page.parse(await (await fetch(`${url}/contacts`)).json()).filters.totalContacts;
  if (peer !== totalContacts) throw new Error(`We have ${totalContacts} contacts and the peer ${peer}`);
  report(`${figure(totalContacts)} contacts in each; the peer asks nobody to sign in`, {
    measure: 'contacts',
    totalContacts,
  });
};

/** How often the engine reads the page's contacts with nothing before it: no page can come more often than that. */
const engineAlone = async (
  { engineUrl, tableName }: StackAddresses,
  { api, claims }: BenchOrganization,
  query: Comparison['query'],
): Promise<Load> => {
  const { data } = await api.call(contactRoutes.listContacts, { query: { limit, ...query } });
  const Keys = data.map(({ id }) => marshall(contactKeys.contact(claims.org, id)));
  const body = Buffer.from(JSON.stringify({ RequestItems: { [tableName]: { Keys } } }));
  const engine = forwardToDynoxide(engineUrl, 'us-east-1');
  const loads: Load[] = [];
  for (let round = 0; round < rounds; round += 1)
    loads.push(await loopLoad(() => engine.forward('BatchGetItem', body), connections, seconds));
  engine.close();
  return best(loads);
};

const compare = async (
  stack: StackAddresses,
  organization: BenchOrganization,
  peerUrl: string,
  { name, atLeast, query }: Comparison,
  report: Report,
) => {
  const path = `/contacts?${new URLSearchParams({ limit: String(limit), ...query }).toString()}`;
  const ours = { url: `${stack.apiUrl}${path}`, token: organization.token, connections, seconds };
  const ways = query.search === undefined ? waysOfSearch.slice(0, 1) : waysOfSearch;
  const peers = ways.map(([, how]) => ({ url: `${peerUrl}${path}${how}`, connections, seconds }));
  const asked: HttpLoad[] = [ours, ...peers];
  for (const load of asked) await httpLoad({ ...load, seconds: warmUpSeconds });
  const loads = asked.map((): Load[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, load] of asked.entries()) loads[index]?.push(await httpLoad(load));
  const [oursBest = best([]), ...peersBest] = loads.map(best);
  report(`${name} (at least ${atLeast} times the peer): ${inWords(oursBest)}`, {
    measure: name,
    connections,
    atLeast,
    ours: loads[0],
  });
  const bound = await engineAlone(stack, organization, query);
  report(`  the engine alone, asked for such a page’s contacts: ${inWords(bound)}`, { measure: name, engine: bound });
  for (const [index, peer] of peersBest.entries()) {
    const ratio = oursBest.rps / peer.rps;
    const way = ways[index]?.[0] ?? '';
    const most = bound.rps / peer.rps;
    report(`  ${figure(ratio)} times the peer ${way} (the engine alone ${figure(most)}): ${inWords(peer)}`, {
      measure: name,
      way,
      ratio,
      engineRatio: most,
      peer: loads[index + 1],
    });
  }
};
