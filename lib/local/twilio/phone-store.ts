import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { simulatedMessage } from './message.ts';

const phone = simulatedMessage
  .pick({ body: true, direction: true, status: true, createdAt: true })
  .extend({ number: z.string(), lastSeq: z.int(), messages: z.int(), blocked: z.int().transform(Boolean) });

/** A phone with its newest message. */
export type Phone = z.infer<typeof phone>;

const total = z.object({ kind: z.string(), count: z.int() });

/** The phones that messages went to or came from. */
export interface PhoneStore {
  /** Newest first, whose number or newest message contains `search`, older than the place `before`. */
  list(search: string, before: number | null, limit: number): Phone[];
  totals(): { phones: number; messages: number; byStatus: Record<string, number> };
}

/** Opens the phones of a database. */
export function phoneStore(database: DatabaseSync): PhoneStore {
  const list = database.prepare(
    `SELECT p.number, p.lastSeq, p.messages, m.body, m.direction, m.status, m.createdAt,
       EXISTS (SELECT 1 FROM blocks b WHERE b.person = p.number) AS blocked
     FROM phones p JOIN messages m ON m.seq = p.lastSeq
     WHERE p.lastSeq < :before AND (p.number LIKE :number ESCAPE '\\' OR m.body LIKE :text ESCAPE '\\')
     ORDER BY p.lastSeq DESC LIMIT :limit`,
  );
  const counts = database.prepare('SELECT status AS kind, count(*) AS count FROM messages GROUP BY status');
  const phones = database.prepare("SELECT 'phones' AS kind, count(*) AS count FROM phones");
  return {
    list(search, before, limit) {
      const digits = search.replace(/[\s().-]/g, '');
      const number = /^\+?\d+$/.test(digits) ? digits : search;
      const rows = list.all({
        before: before ?? Number.MAX_SAFE_INTEGER,
        number: `%${escapeLike(number)}%`,
        text: `%${escapeLike(search)}%`,
        limit,
      });
      return phone.array().parse(rows);
    },
    totals() {
      const statuses = total.array().parse(counts.all());
      return {
        phones: total.parse(phones.get()).count,
        messages: statuses.reduce((sum, status) => sum + status.count, 0),
        byStatus: Object.fromEntries(statuses.map((status) => [status.kind, status.count])),
      };
    },
  };
}

/** Makes the wildcards of LIKE plain characters: a search for "%" finds that sign. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (wildcard) => `\\${wildcard}`);
}
