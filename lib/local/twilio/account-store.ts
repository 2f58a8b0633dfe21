import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** Who may call, which numbers are whose, and who blocked whom. */
export interface AccountStore {
  /** True when the token is the account's; the first token that an unknown account shows becomes its own. */
  authenticate(accountSid: string, authToken: string): boolean;
  setToken(accountSid: string, authToken: string): void;
  tokenOf(accountSid: string): string | null;
  addSender(number: string, accountSid: string, serviceSid: string | null): void;
  /** Whose number it is. A number that never sent belongs to the only account, if there is one only. */
  ownerOf(number: string): { accountSid: string; serviceSid: string | null } | null;
  /** `scope` is what a person blocks: the number, or the whole Messaging Service behind it. */
  block(scope: string, person: string): void;
  unblock(scope: string, person: string): void;
  isBlocked(scope: string, person: string): boolean;
  scopesBlockedBy(person: string): string[];
}

const tokenRow = z.object({ authToken: z.string() });
const ownerRow = z.object({ accountSid: z.string(), serviceSid: z.string().nullable() });

/** Opens accounts, senders and blocks of a database. */
export function accountStore(database: DatabaseSync): AccountStore {
  const token = database.prepare('SELECT authToken FROM accounts WHERE sid = ?');
  const setToken = database.prepare('INSERT OR REPLACE INTO accounts (sid, authToken) VALUES (?, ?)');
  const addSender = database.prepare(
    'INSERT OR REPLACE INTO senders (number, accountSid, serviceSid) VALUES (?, ?, ?)',
  );
  const owner = database.prepare('SELECT accountSid, serviceSid FROM senders WHERE number = ?');
  const accounts = database.prepare('SELECT sid AS accountSid, NULL AS serviceSid FROM accounts LIMIT 2');
  const block = database.prepare('INSERT OR IGNORE INTO blocks (scope, person) VALUES (?, ?)');
  const unblock = database.prepare('DELETE FROM blocks WHERE scope = ? AND person = ?');
  const blocked = database.prepare('SELECT 1 FROM blocks WHERE scope = ? AND person = ?');
  const blockedBy = database.prepare('SELECT scope FROM blocks WHERE person = ?');
  const tokenOf = (accountSid: string) => tokenRow.optional().parse(token.get(accountSid))?.authToken ?? null;
  /** Every send names its sender; most are known. */
  const known = new Map<string, string>();
  return {
    authenticate(accountSid, authToken) {
      const own = tokenOf(accountSid);
      if (own === null) setToken.run(accountSid, authToken);
      return own === null || own === authToken;
    },
    setToken: (accountSid, authToken) => void setToken.run(accountSid, authToken),
    tokenOf,
    addSender(number, accountSid, serviceSid) {
      const value = `${accountSid} ${serviceSid}`;
      if (known.get(number) === value) return;
      addSender.run(number, accountSid, serviceSid);
      known.set(number, value);
    },
    ownerOf(number) {
      const own = ownerRow.optional().parse(owner.get(number));
      if (own) return own;
      const [first, second] = ownerRow.array().parse(accounts.all());
      return first && !second ? first : null;
    },
    block: (scope, person) => void block.run(scope, person),
    unblock: (scope, person) => void unblock.run(scope, person),
    isBlocked: (scope, person) => blocked.get(scope, person) !== undefined,
    scopesBlockedBy: (person) =>
      z
        .array(z.object({ scope: z.string() }))
        .parse(blockedBy.all(person))
        .map((row) => row.scope),
  };
}
