import { ApiError } from './api-error.ts';
import { messageResource } from './message-resource.ts';
import type { MessageFilter, MessageStore } from './message-store.ts';

const dayMs = 86_400_000;

/** `GET Messages.json`: a page, newest first, with the addresses of its neighbours. Throws ApiError 20001. */
export function listMessages(
  messages: MessageStore,
  accountSid: string,
  query: URLSearchParams,
  /** Messages created after this are not listed yet. */
  createdTo: number,
) {
  const size = wholeNumber(query, 'PageSize', 1, 50, 1000);
  const page = wholeNumber(query, 'Page', 0, 0, Number.MAX_SAFE_INTEGER);
  const wanted = { ...filterOf(query), accountSid, createdTo };
  const place = placeOf(query.get('PageToken'));
  const found = messages.list({ ...wanted, ...place }, size);
  const first = found.at(0);
  const last = found.at(-1);
  const older = last && messages.list({ ...wanted, before: last.seq }, 1).length > 0;
  const newer = first && page > 0 && messages.list({ ...wanted, after: first.seq }, 1).length > 0;
  const address = (number: number, token?: string) => {
    const kept = [...query].filter(([name]) => name !== 'Page' && name !== 'PageToken' && name !== 'PageSize');
    const params = new URLSearchParams([...kept, ['PageSize', String(size)], ['Page', String(number)]]);
    if (token !== undefined) params.set('PageToken', token);
    return `/2010-04-01/Accounts/${accountSid}/Messages.json?${params.toString()}`;
  };
  return {
    end: page * size + Math.max(0, found.length - 1),
    first_page_uri: address(0),
    messages: found.map(messageResource),
    next_page_uri: older ? address(page + 1, `PA${last.seq}`) : null,
    page,
    page_size: size,
    previous_page_uri: newer ? address(page - 1, `PB${first.seq}`) : null,
    start: page * size,
    uri: address(page, query.get('PageToken') ?? undefined),
  };
}

/** `PA17`: what is older than place 17; `PB17`: what is newer. */
function placeOf(token: string | null): Pick<MessageFilter, 'before' | 'after'> {
  if (token === null) return {};
  const match = /^(PA|PB)(\d+)$/.exec(token);
  if (!match) throw new ApiError(20001, 'PageToken');
  return match[1] === 'PA' ? { before: Number(match[2]) } : { after: Number(match[2]) };
}

function filterOf(query: URLSearchParams): MessageFilter {
  const from = moment(query, 'DateSent>');
  const to = moment(query, 'DateSent<');
  const on = moment(query, 'DateSent');
  return {
    sender: query.get('From') ?? undefined,
    recipient: query.get('To') ?? undefined,
    sentFrom: on?.first ?? from?.first,
    sentTo: on?.last ?? to?.last,
  };
}

/** First and last millisecond of a day, or of a second when the value has a time. Without a zone it is GMT. */
function moment(query: URLSearchParams, name: string): { first: number; last: number } | null {
  const text = query.get(name);
  if (text === null || text === '') return null;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const zoned = /(Z|GMT|UTC|[A-Z]{3}|[+-]\d{2}:?\d{2})$/.test(text) || day;
  const time = Date.parse(zoned ? text : `${text.replace(' ', 'T')}Z`);
  if (Number.isNaN(time)) throw new ApiError(20001, name);
  const first = time - (time % 1000);
  return { first, last: first + (day ? dayMs : 1000) - 1 };
}

function wholeNumber(query: URLSearchParams, name: string, least: number, fallback: number, most: number): number {
  const text = query.get(name);
  if (text === null || text === '') return fallback;
  if (!/^\d+$/.test(text) || Number(text) < least) throw new ApiError(20001, name);
  return Math.min(Number(text), most);
}
