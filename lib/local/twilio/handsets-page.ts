import { readFile } from 'node:fs/promises';
import type { Exchange, Route } from './http-exchange.ts';

const folder = new URL('./handsets/', import.meta.url);

/** The files of the page, by name: nothing else in the folder is served. */
const files: Record<string, string> = {
  'page.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'columns.css': 'text/css; charset=utf-8',
  'thread.css': 'text/css; charset=utf-8',
  'dialogs.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'page.js': 'text/javascript; charset=utf-8',
  'elements.js': 'text/javascript; charset=utf-8',
  'phone-list.js': 'text/javascript; charset=utf-8',
  'facts.js': 'text/javascript; charset=utf-8',
  'thread.js': 'text/javascript; charset=utf-8',
  'dialogs.js': 'text/javascript; charset=utf-8',
};

/** The page at /handsets: plain files that need no network but this server. */
export function handsetsPageRoutes(): Route[] {
  return [
    { method: 'GET', path: /^\/handsets\/?$/, handle: (exchange) => serve(exchange, 'page.html') },
    {
      method: 'GET',
      path: /^\/handsets\/assets\/(?<file>[\w.-]+)$/,
      handle: (exchange, { file = '' }) => serve(exchange, file),
    },
    {
      method: 'GET',
      path: /^\/$/,
      handle: (exchange) => void exchange.raw.response.writeHead(302, { Location: '/handsets' }).end(),
    },
  ];
}

async function serve(exchange: Exchange, file: string): Promise<void> {
  const type = files[file];
  if (type === undefined) return exchange.json(404, { error: `No such file: ${file}` });
  const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  exchange.raw.response.setHeader('Content-Security-Policy', policy);
  exchange.answer(200, type, await readFile(new URL(file, folder)));
}
