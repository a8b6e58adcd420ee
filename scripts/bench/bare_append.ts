import { rmSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { RecordedEvent } from '../../src/ledger/ledger.ts';

/**
 * What appending is compared with: rows appended one after the other to a SQLite table by one process that does nothing
 * else, as durable as the ledger (WAL, synchronous=FULL), but without its triggers, which refuse what is no append. The
 * file grows from call to call, as the ledger does.
 */
export class BareAppend {
  readonly #path: string;
  readonly #columns: string;

  /** @param columns of the table, as CREATE TABLE has them */
  constructor(path: string, columns: string) {
    this.#path = path;
    this.#columns = columns;
  }

  /** @param rowsPerCommit as many as a request has statements @returns rows a second */
  append(rows: readonly (readonly SQLInputValue[])[], rowsPerCommit: number): number {
    const database = new DatabaseSync(this.#path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec(`CREATE TABLE IF NOT EXISTS events (${this.#columns}) STRICT`);
    const insert = database.prepare(`INSERT INTO events VALUES (${rows[0]!.map(() => '?').join(', ')})`);
    const started = performance.now();
    for (let i = 0; i < rows.length; i += rowsPerCommit) {
      database.exec('BEGIN IMMEDIATE');
      for (const row of rows.slice(i, i + rowsPerCommit)) insert.run(...row);
      database.exec('COMMIT');
    }
    const seconds = (performance.now() - started) / 1000;
    database.close();
    return rows.length / seconds;
  }

  /** The next rows go into a new file. */
  clear(): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.#path + suffix, { force: true });
  }
}

/** The ledger's columns. */
export const EVENT_COLUMNS = `revision INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, version INTEGER NOT NULL,
  recorded INTEGER NOT NULL, credential TEXT NOT NULL, data BLOB NOT NULL`;

export function eventRow({ revision, id, type, version, recorded, credential, data }: RecordedEvent): SQLInputValue[] {
  return [revision, id, type, version, recorded, credential, data];
}

/** Nothing but a number and what was sent. */
export const SENT_COLUMNS = 'revision INTEGER PRIMARY KEY, data BLOB NOT NULL';

export function sentRow(text: string, i: number): SQLInputValue[] {
  return [i, Buffer.from(text)];
}
