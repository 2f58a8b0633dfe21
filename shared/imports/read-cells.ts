import * as z from 'zod';
import type { PersonConsent } from '../contacts/import-batch.ts';
import type { ColumnTarget } from './column.ts';
import type { RowFault } from './read-row.ts';

/** The cells of a row that hold anything, by what their columns fill. */
export type ValuesOf = (target: ColumnTarget) => string[];

/** Words for "no" in a column that tells who opted out. Any other word is "yes": a doubt is no leave to send. */
const no = /^(?:no?|false|f|0|none|never|active|subscribed|opted[ -]?in|opt[ -]?in|marketing contact)$/i;

export const saysOptedOut = (cell: string): boolean => !no.test(cell);

/** The zone by the name of the IANA database, or why there is none. */
export const readTimeZone = (cell: string | undefined): { timeZone?: string; warning?: RowFault } => {
  if (cell === undefined) return {};
  try {
    return { timeZone: new Intl.DateTimeFormat('en', { timeZone: cell }).resolvedOptions().timeZone };
  } catch {
    const error = 'Imported without the time zone: name one as in America/Chicago';
    return { warning: { error, field: 'timeZone', code: 'TIME_ZONE_UNKNOWN' } };
  }
};

const Ip = z.union([z.ipv4(), z.ipv6()]);
const Url = z.url({ protocol: /^https?$/ }).max(2000);

/**
 * What the columns of a consent hold together: all of it, or why it proves nothing. A row whose cells are all empty
 * says nothing of consent.
 */
export const readConsent = (valuesOf: ValuesOf, now: string): { consent?: PersonConsent; warning?: RowFault } => {
  const [source] = valuesOf('consent.source');
  const [moment] = valuesOf('consent.at');
  const [ip] = valuesOf('consent.ip');
  const [wording] = valuesOf('consent.wording');
  const [url] = valuesOf('consent.url');
  if ([source, moment, ip, wording, url].every((cell) => cell === undefined)) return {};
  const at = moment === undefined ? undefined : momentOf(moment);
  if (source === undefined) return refused('consent.source', 'it does not say where it was given');
  if (moment === undefined) return refused('consent.at', 'it does not say when it was given');
  if (at === undefined) return refused('consent.at', 'its time cannot be read: write it as in 2026-01-31T14:00:00Z');
  if (at > now) return refused('consent.at', 'its time is in the future');
  if (source.length > 255) return refused('consent.source', 'its source is longer than 255 characters');
  if (ip !== undefined && !Ip.safeParse(ip).success) return refused('consent.ip', 'its IP address is none');
  if (wording !== undefined && wording.length > 2000)
    return refused('consent.wording', 'its wording is longer than 2,000 characters');
  if (url !== undefined && !Url.safeParse(url).success) return refused('consent.url', 'its URL is none');
  return {
    consent: {
      source,
      at,
      ...(ip === undefined ? {} : { ip }),
      ...(wording === undefined ? {} : { wording }),
      ...(url === undefined ? {} : { url }),
    },
  };
};

const refused = (field: string, why: string) => ({
  warning: { error: `Imported without the consent: ${why}`, field, code: 'CONSENT_REFUSED' as const },
});

/** `2026-01-31`, with or without a time and a zone: UTC where none is said. */
const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|UTC|[+-]\d\d:?\d\d)?)?$/i;
/** `1/31/2026 2:05 PM`, as American spreadsheets write it. */
const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s*([AP]M)?)?$/i;

const momentOf = (text: string): string | undefined => {
  const [, date, time = '00:00', zone = 'Z'] = iso.exec(text) ?? [];
  if (date !== undefined) return validIso(`${date}T${time}${/^utc$/i.test(zone) ? 'Z' : zone.toUpperCase()}`, date);
  const [, month = '', day = '', year, hour = '0', minute = '00', second = '00', half = ''] = american.exec(text) ?? [];
  if (year === undefined) return undefined;
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (/pm/i.test(half) ? 12 : 0);
  const two = (value: string | number) => String(value).padStart(2, '0');
  const on = `${year}-${two(month)}-${two(day)}`;
  return validIso(`${on}T${two(hours)}:${minute}:${second}Z`, on);
};

/** A 30 February is no moment. */
const validIso = (text: string, date: string): string | undefined => {
  const moment = new Date(text);
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(moment.getTime()) || Number.isNaN(day.getTime())) return undefined;
  return day.toISOString().startsWith(date) ? moment.toISOString() : undefined;
};
