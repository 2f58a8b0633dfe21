import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const schema = `
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    sid TEXT NOT NULL UNIQUE,
    accountSid TEXT NOT NULL,
    direction TEXT NOT NULL,
    origin TEXT NOT NULL,
    sender TEXT,
    recipient TEXT NOT NULL,
    person TEXT NOT NULL,
    body TEXT NOT NULL,
    segments INTEGER NOT NULL,
    media INTEGER NOT NULL,
    serviceSid TEXT,
    statusCallback TEXT,
    status TEXT NOT NULL,
    errorCode INTEGER,
    outcome TEXT NOT NULL,
    outcomeError INTEGER,
    callbacks TEXT,
    createdAt INTEGER NOT NULL,
    updatedAt INTEGER NOT NULL,
    sentAt INTEGER,
    dueAt INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS messagesOfPerson ON messages (person, seq);
  CREATE INDEX IF NOT EXISTS messagesByRecipient ON messages (recipient, seq);
  CREATE INDEX IF NOT EXISTS messagesDue ON messages (dueAt, seq) WHERE dueAt IS NOT NULL;
  CREATE TABLE IF NOT EXISTS phones (
    number TEXT PRIMARY KEY, lastSeq INTEGER NOT NULL, messages INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS phonesByLast ON phones (lastSeq);
  CREATE TABLE IF NOT EXISTS accounts (sid TEXT PRIMARY KEY, authToken TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS senders (
    number TEXT PRIMARY KEY, accountSid TEXT NOT NULL, serviceSid TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS blocks (
    scope TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (scope, person)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS webhookFailures (
    id INTEGER PRIMARY KEY, messageSeq INTEGER NOT NULL, event TEXT NOT NULL,
    httpStatus INTEGER, detail TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS webhookFailuresOfMessage ON webhookFailures (messageSeq);
`;

/** Opens the simulator's state: a file that survives restarts, or memory (null). */
export function openDatabase(dataFile: string | null): DatabaseSync {
  if (dataFile !== null) mkdirSync(dirname(dataFile), { recursive: true });
  const database = new DatabaseSync(dataFile ?? ':memory:');
  // A crash of the process loses nothing in this mode; a crash of the machine may, which a simulator can afford.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;');
  database.exec(schema);
  return database;
}
