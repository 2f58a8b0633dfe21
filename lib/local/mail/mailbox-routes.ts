import { readFile } from 'node:fs/promises';
import type { Exchange, Route } from '../twilio/http-exchange.ts';
import type { Mail, Mailbox } from './mailbox.ts';

const folder = new URL('./page/', import.meta.url);

/** The files of the page, by name: nothing else in the folder is served. */
const files: Record<string, string> = {
  'page.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
};

const shown = ({ at, ...mail }: Mail) => ({ ...mail, receivedAt: new Date(at).toISOString() });

/** The page at /mailbox, and the JSON behind it; tests and the demo use that too. */
export function mailboxRoutes(mailbox: Mailbox): Route[] {
  return [
    { method: 'GET', path: /^\/mailbox\/?$/, handle: (exchange) => serve(exchange, 'page.html') },
    {
      method: 'GET',
      path: /^\/mailbox\/assets\/(?<file>[\w.-]+)$/,
      handle: (exchange, { file = '' }) => serve(exchange, file),
    },
    { method: 'GET', path: /^\/mailbox\/messages$/, handle: (exchange) => list(mailbox, exchange) },
    { method: 'GET', path: /^\/mailbox\/events$/, handle: (exchange) => stream(mailbox, exchange) },
  ];
}

function list(mailbox: Mailbox, { query, json }: Exchange): void {
  const limit = Math.min(Math.max(Number(query.get('limit')) || 50, 1), 500);
  const before = Number(query.get('before')) || undefined;
  const found = mailbox.list({ search: (query.get('to') ?? '').trim(), before, limit: limit + 1 });
  const messages = found.slice(0, limit);
  json(200, { messages: messages.map(shown), next: found.length > limit ? (messages.at(-1)?.seq ?? null) : null });
}

function stream(mailbox: Mailbox, exchange: Exchange): void {
  const { response } = exchange.raw;
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write('retry: 2000\n\n');
  const end = mailbox.listen((recipient) => response.write(`event: mail\ndata: ${JSON.stringify({ recipient })}\n\n`));
  response.once('close', end);
}

async function serve(exchange: Exchange, file: string): Promise<void> {
  const type = files[file];
  if (type === undefined) return exchange.json(404, { error: `No such file: ${file}` });
  const policy = "default-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  exchange.raw.response.setHeader('Content-Security-Policy', policy);
  exchange.answer(200, type, await readFile(new URL(file, folder)));
}
