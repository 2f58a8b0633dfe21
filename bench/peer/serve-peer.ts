/**
 * What the contacts issue proposes, Fastify on PostgreSQL with its schema and indexes, in a process of its own and
 * filled with made-up contacts. Says its address on standard output and ends when standard input does.
 */
import Fastify from 'fastify';
import pg from 'pg';
import { z } from 'zod';
import { searchableContacts } from '../support/contact-file.ts';
import { fill } from './fill.ts';
import { type ContactQuery, contactLister } from './list-contacts.ts';
import { postgresAt, startPostgres } from './postgres.ts';
import { schema } from './schema.ts';

const [where = '', rows = ''] = z.array(z.string()).parse(process.argv.slice(2));
const postgres = /^postgres(?:ql)?:/.test(where) ? postgresAt(where) : await startPostgres(where);
const database = `heliograph_bench_${process.pid}`;

/** A database of our own, whoever's the server is. */
const administrate = async (statement: string) => {
  const client = new pg.Client(postgres.at(''));
  await client.connect();
  await client.query(statement);
  await client.end();
};
await administrate(`CREATE DATABASE ${database}`);
const pool = new pg.Pool(postgres.at(database));
const app = Fastify();
// Of a terminal's Ctrl-C our parent dies, which ends our standard input.
process.on('SIGINT', () => {});
process.stdin.resume().once('end', () => {
  void app
    .close()
    .then(() => pool.end())
    .then(() => administrate(`DROP DATABASE ${database}`))
    .then(() => postgres.stop())
    .then(() => process.exit(0));
});

await pool.query(schema);
const list = contactLister(pool, await fill(pool, searchableContacts(Number(rows))));
const querystring = {
  type: 'object',
  properties: {
    page: { type: 'integer', minimum: 1, default: 1 },
    limit: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
    search: { type: 'string' },
    total: { type: 'boolean', default: true },
    words: { type: 'boolean' },
  },
};
app.get<{ Querystring: ContactQuery }>('/contacts', { schema: { querystring } }, ({ query }) => list(query));
process.stdout.write(`${JSON.stringify({ url: await app.listen({ host: '127.0.0.1', port: 0 }) })}\n`);
