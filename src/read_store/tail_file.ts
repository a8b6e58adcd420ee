import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { keysIn } from '../../projections/keys_text.ts';
import { commitStaged, rollbackStaged, stage } from '../ledger/staging.ts';
import { deleteDatabase } from './projection_file.ts';
import type { TailRow } from './segment.ts';

/** A row to be added; its keys are as `keysText` gives them. */
export type NewTailRow = Omit<TailRow, 'keys'> & { readonly keys: string };

/**
 * The tail: the keys of the newest statements, in order of arrival, until the projector has merged them into the
 * tables. Written by the writer thread before it answers, so whoever reads after the answer finds the statement: in the
 * tables or here. It is made anew at each start.
 *
 * A row stands for statements of one append that follow one another: writing it costs one insert, however many there
 * are.
 */
export class TailWriter {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;

  constructor(path: string) {
    deleteDatabase(path);
    this.#database = new DatabaseSync(path);
    // A row has the keys of a whole append.
    this.#database.exec(`
      PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 5000;
      CREATE TABLE tail (first_revision INTEGER PRIMARY KEY, segment INTEGER NOT NULL, recorded INTEGER NOT NULL,
        keys BLOB NOT NULL) STRICT;
    `);
    this.#insert = this.#database.prepare('INSERT INTO tail VALUES (?, ?, ?, ?)');
    this.#delete = this.#database.prepare('DELETE FROM tail WHERE segment <= ?');
  }

  /** Adds all rows, or none when it throws. */
  add(rows: readonly NewTailRow[]): void {
    this.stage(rows);
    this.commit();
  }

  /** As `add`, but nobody sees them until `commit`; `rollback` takes them back. */
  stage(rows: readonly NewTailRow[]): void {
    stage(this.#database, () => {
      for (const { firstRevision, segment, recorded, keys } of rows) {
        this.#insert.run(firstRevision, segment, recorded, Buffer.from(keys));
      }
    });
  }

  commit(): void {
    commitStaged(this.#database);
  }

  rollback(): void {
    rollbackStaged(this.#database);
  }

  /** Deletes the segments up to `segment`. Only after the tables that hold them were committed. */
  drop(segment: number): void {
    this.#delete.run(segment);
  }

  close(): void {
    this.#database.close();
  }
}

/** Reads the tail beside its writer. */
export class TailReader {
  readonly #database: DatabaseSync;
  readonly #after: StatementSync;
  readonly #segment: StatementSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { readOnly: true });
    this.#database.exec('PRAGMA busy_timeout = 5000');
    this.#after = this.#database.prepare('SELECT * FROM tail WHERE first_revision > ? ORDER BY first_revision');
    this.#segment = this.#database.prepare('SELECT * FROM tail WHERE segment = ? ORDER BY first_revision');
  }

  /** The rows behind `revision`, in order, as one consistent view. */
  after(revision: number): TailRow[] {
    return (this.#after.all(revision) as unknown as StoredRow[]).map(toRow);
  }

  /** The rows of one segment, in order, one by one: together they take far more memory than their text. */
  *segment(segment: number): Generator<TailRow> {
    for (const row of this.#segment.iterate(segment)) yield toRow(row as unknown as StoredRow);
  }

  close(): void {
    this.#database.close();
  }
}

interface StoredRow {
  first_revision: number;
  segment: number;
  recorded: number;
  keys: Uint8Array;
}

function toRow({ first_revision, segment, recorded, keys }: StoredRow): TailRow {
  const text = Buffer.from(keys.buffer, keys.byteOffset, keys.byteLength).toString('utf8');
  return { firstRevision: first_revision, segment, recorded, keys: keysIn(text) };
}
