import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * What batch ingest is compared with: the same bytes appended one after the other to a SQLite table by one process that
 * does nothing else, with as many rows to a commit as a request has statements, and as durable (WAL, synchronous=FULL).
 * @returns rows a second
 */
export function bareAppend(path: string, rows: readonly Uint8Array[], rowsPerCommit: number): number {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE events (revision INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO events VALUES (?, ?)');
  const started = performance.now();
  for (let i = 0; i < rows.length; i += rowsPerCommit) {
    database.exec('BEGIN IMMEDIATE');
    for (let j = i; j < Math.min(i + rowsPerCommit, rows.length); j++) insert.run(j, rows[j]!);
    database.exec('COMMIT');
  }
  const seconds = (performance.now() - started) / 1000;
  database.close();
  return rows.length / seconds;
}
