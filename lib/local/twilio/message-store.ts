import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { type SimulatedMessage, simulatedMessage } from './message.ts';

export interface MessageFilter {
  accountSid?: string;
  sender?: string;
  recipient?: string;
  person?: string;
  /** Bounds of the time of sending, both inclusive. */
  sentFrom?: number;
  sentTo?: number;
  createdTo?: number;
  /** Older than, or newer than, a place in the order of creation. */
  before?: number;
  after?: number;
}

export type NewMessage = Omit<SimulatedMessage, 'seq'>;

/** The messages of all accounts, and the phones that they make known. */
export interface MessageStore {
  insert(message: NewMessage): SimulatedMessage;
  update(message: SimulatedMessage): void;
  /** Makes the next status due, unless another has come since. */
  setDue(message: SimulatedMessage, dueAt: number | null): void;
  find(accountSid: string, sid: string): SimulatedMessage | null;
  remove(message: SimulatedMessage): void;
  /** Newest first; with `after`, the `limit` next newer ones. */
  list(filter: MessageFilter, limit: number): SimulatedMessage[];
  /** What is due by now, the longest due first. */
  due(now: number, limit: number): SimulatedMessage[];
  nextDueAt(): number | null;
  /** After a restart nothing is on its way any more: what was goes on at once. */
  resume(now: number): void;
}

const columns = Object.keys(simulatedMessage.shape).filter((column) => column !== 'seq');

/** What may change after creation. Only these are written: the rest would cost its indexes a rewrite per status. */
const changing = ['sender', 'body', 'status', 'errorCode', 'updatedAt', 'sentAt', 'dueAt'] as const;

/** Opens the messages of a database. */
export function messageStore(database: DatabaseSync): MessageStore {
  const insert = database.prepare(
    `INSERT INTO messages (${columns.join(', ')}) VALUES (${columns.map((column) => `:${column}`).join(', ')})`,
  );
  const update = database.prepare(
    `UPDATE messages SET ${changing.map((column) => `${column} = ?`).join(', ')} WHERE seq = ?`,
  );
  const countPhone = database.prepare(
    `INSERT INTO phones (number, lastSeq, messages) VALUES (?, ?, 1)
     ON CONFLICT (number) DO UPDATE SET lastSeq = excluded.lastSeq, messages = messages + 1`,
  );
  const setDue = database.prepare('UPDATE messages SET dueAt = ? WHERE seq = ? AND status = ?');
  const find = database.prepare('SELECT * FROM messages WHERE sid = ? AND accountSid = ?');
  const remove = database.prepare('DELETE FROM messages WHERE seq = ?');
  const recountPhone = database.prepare(
    `UPDATE phones SET messages = messages - 1,
       lastSeq = coalesce((SELECT max(seq) FROM messages WHERE person = number), 0) WHERE number = ?`,
  );
  const due = database.prepare('SELECT * FROM messages WHERE dueAt <= ? ORDER BY dueAt, seq LIMIT ?');
  const nextDue = database.prepare('SELECT min(dueAt) AS dueAt FROM messages WHERE dueAt IS NOT NULL');
  const resume = database.prepare("UPDATE messages SET dueAt = ? WHERE dueAt IS NOT NULL AND status <> 'scheduled'");
  return {
    insert(message) {
      const seq = Number(insert.run(message).lastInsertRowid);
      countPhone.run(message.person, seq);
      return { ...message, seq };
    },
    update: (message) => void update.run(...changing.map((column) => message[column]), message.seq),
    setDue: (message, dueAt) => void setDue.run(dueAt, message.seq, message.status),
    find: (accountSid, sid) => simulatedMessage.nullable().parse(find.get(sid, accountSid) ?? null),
    remove(message) {
      remove.run(message.seq);
      recountPhone.run(message.person);
    },
    list(filter, limit) {
      const { conditions, values } = sqlOf(filter);
      const order = filter.after === undefined ? 'DESC' : 'ASC';
      const rows = database
        .prepare(`SELECT * FROM messages WHERE ${conditions.join(' AND ')} ORDER BY seq ${order} LIMIT ?`)
        .all(...values, limit);
      const found = simulatedMessage.array().parse(rows);
      return filter.after === undefined ? found : found.toReversed();
    },
    due: (now, limit) => simulatedMessage.array().parse(due.all(now, limit)),
    nextDueAt: () => simulatedMessage.pick({ dueAt: true }).parse(nextDue.get()).dueAt,
    resume: (now) => void resume.run(now),
  };
}

function sqlOf(filter: MessageFilter): { conditions: string[]; values: SQLInputValue[] } {
  const wanted: [string, SQLInputValue | undefined][] = [
    ['accountSid = ?', filter.accountSid],
    ['sender = ?', filter.sender],
    ['recipient = ?', filter.recipient],
    ['person = ?', filter.person],
    ['sentAt >= ?', filter.sentFrom],
    ['sentAt <= ?', filter.sentTo],
    ['createdAt <= ?', filter.createdTo],
    ['seq < ?', filter.before],
    ['seq > ?', filter.after],
  ];
  const conditions = ['1'];
  const values: SQLInputValue[] = [];
  for (const [condition, value] of wanted) {
    if (value === undefined) continue;
    conditions.push(condition);
    values.push(value);
  }
  return { conditions, values };
}
