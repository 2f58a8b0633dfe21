import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { z } from 'zod';
import type { FlatRecord } from './json-lines.ts';

/** Whether these are the names of an Amazon Pinpoint endpoint's parts. */
export const isPinpoint = (names: readonly string[]) => names.includes('ChannelType') && names.includes('Address');

/** Users whose endpoints are brought together; those of further ones stay apart. */
const mostUsers = 200_000;

interface User {
  hasPhone: boolean;
  email: string | undefined;
}

/**
 * Endpoints as records of contacts. Only an address of SMS or voice is a phone; the e-mail endpoint of a user that has
 * a phone becomes the address of the first phone, and no record of its own. Further phones are contacts of their own:
 * a contact has one number, and each number's opt-out is kept.
 */
export const contactsOfEndpoints = (read: () => Promise<AsyncIterable<FlatRecord | undefined>>) => {
  let users: Map<string, User> | undefined;
  return async function* (): AsyncGenerator<FlatRecord | undefined> {
    users ??= await usersOf(await read());
    const served = new Set<string>();
    for await (const endpoint of await read()) yield endpoint && contactOf(endpoint, users, served);
  };
};

const isPhone = (channel: string | undefined) => channel === 'SMS' || channel === 'VOICE';
const isActive = ({ EndpointStatus: status }: FlatRecord) => status !== 'INACTIVE';

const usersOf = async (endpoints: AsyncIterable<FlatRecord | undefined>) => {
  const users = new Map<string, User>();
  for await (const endpoint of endpoints) {
    const { 'User.UserId': id, ChannelType: channel, Address: address } = endpoint ?? {};
    if (!endpoint || id === undefined || address === undefined || !isActive(endpoint)) continue;
    const user = users.get(id) ?? { hasPhone: false, email: undefined };
    if (!users.has(id) && users.size >= mostUsers) continue;
    if (isPhone(channel)) user.hasPhone = true;
    if (channel === 'EMAIL') user.email ??= address;
    users.set(id, user);
  }
  return users;
};

const contactOf = (
  endpoint: FlatRecord,
  users: ReadonlyMap<string, User>,
  served: Set<string>,
): FlatRecord | undefined => {
  const { Address: address = '', OptOut: optOut = '', EndpointStatus: status, ...rest } = endpoint;
  const { ChannelType: channel, 'User.UserId': id = '' } = rest;
  const user = users.get(id);
  const active = isActive(endpoint);
  if (channel === 'EMAIL' && active && user?.hasPhone && user.email === address) return undefined;
  const takesEmail = isPhone(channel) && active && user?.email !== undefined && !served.has(id);
  if (takesEmail) served.add(id);
  const email = channel === 'EMAIL' ? address : takesEmail ? user.email : undefined;
  return {
    Phone: isPhone(channel) ? address : '',
    Email: email ?? '',
    'Opt out': optOut === 'ALL' ? 'yes' : '',
    ...(status === undefined ? {} : { 'Endpoint status': status }),
    ...rest,
  };
};

const Cells = z.array(z.string());

/** The endpoints of a CSV file. A header that is repeated makes a list of its values, as Pinpoint has it. */
export async function* endpointsOfCsv(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<FlatRecord | undefined> {
  const parser = Readable.from(pieces).pipe(
    parse({ bom: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: false }),
  );
  let headers: string[] | undefined;
  for await (const row of parser) {
    const cells = Cells.parse(row);
    if (!headers) {
      headers = cells.map((header) => header.trim());
      continue;
    }
    const record: FlatRecord = {};
    for (const [index, cell] of cells.entries()) {
      const header = headers[index] || `column ${index + 1}`;
      if (cell !== '') record[header] = record[header] === undefined ? cell : `${record[header]}, ${cell}`;
    }
    yield cells.every((cell) => cell.trim() === '') ? undefined : record;
  }
}
