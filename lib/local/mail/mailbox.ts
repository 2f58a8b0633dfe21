import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const Mail = z.object({
  seq: z.number(),
  id: z.string(),
  sender: z.string(),
  recipient: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  at: z.number(),
});
/** One e-mail to one address, as it would have arrived; `at` in epoch milliseconds. */
export type Mail = z.infer<typeof Mail>;

export interface Mailbox {
  add(mail: Omit<Mail, 'seq'>): void;
  /** The newest first: to an address that holds `search`, or all, from before `before` on. */
  list(options: { search?: string; before?: number | undefined; limit: number }): Mail[];
  /** Tells of each new mail's address; returns the function that ends the listening. */
  listen(listener: (recipient: string) => void): () => void;
  close(): void;
}

/** What was mailed on this machine, kept in `file`; null keeps it in memory. */
export function openMailbox(file: string | null): Mailbox {
  if (file !== null) mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file ?? ':memory:');
  database.exec(`CREATE TABLE IF NOT EXISTS mails (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
    subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT`);
  const listeners = new Set<(recipient: string) => void>();
  return {
    add({ id, sender, recipient, subject, text, html, at }) {
      database
        .prepare('INSERT INTO mails (id, sender, recipient, subject, text, html, at) VALUES (?, ?, ?, ?, ?, ?, ?)')
        .run(id, sender, recipient, subject, text, html, at);
      for (const listener of listeners) listener(recipient);
    },
    list({ search = '', before = Number.MAX_SAFE_INTEGER, limit }) {
      const rows = database
        .prepare(
          'SELECT * FROM mails WHERE instr(lower(recipient), lower(?)) > 0 AND seq < ? ORDER BY seq DESC LIMIT ?',
        )
        .all(search, before, limit);
      return rows.map((row) => Mail.parse(row));
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => database.close(),
  };
}
