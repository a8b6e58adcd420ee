import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Head, PORTION, type RecordedEvent } from './ledger.ts';
import { openForReading } from './sqlite_file.ts';

interface EventRow {
  revision: number;
  id: string;
  type: string;
  version: number;
  recorded: number;
  credential: string;
  data: Uint8Array;
}

const STATEMENTS = "FROM events WHERE revision BETWEEN ? AND ? AND type = 'statement-stored'";

/**
 * Synchronous reading of a ledger file, for the threads that answer queries and for the scripts. Sees every committed
 * append.
 */
export class SqliteLedgerReader {
  readonly #database: DatabaseSync;
  readonly #head: StatementSync;
  readonly #range: StatementSync;
  readonly #bytes: StatementSync;
  readonly #joined: StatementSync;
  readonly #data: StatementSync;
  readonly #recorded: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#head = database.prepare('SELECT revision, recorded FROM events ORDER BY revision DESC LIMIT 1');
    this.#range = database.prepare('SELECT * FROM events WHERE revision >= ? ORDER BY revision LIMIT ?');
    this.#bytes = database.prepare(`SELECT total(length(data)) AS bytes ${STATEMENTS}`);
    this.#joined = database.prepare(`SELECT CAST('[' || ifnull(group_concat(
      '[' || revision || ',' || recorded || ',' || version || ',' || CAST(data AS TEXT) || ']'), '') || ']' AS BLOB) AS text
      FROM (SELECT * ${STATEMENTS} ORDER BY revision)`);
    this.#data = database.prepare('SELECT data FROM events WHERE revision = ?');
    this.#recorded = database.prepare('SELECT recorded FROM events WHERE revision = ?');
  }

  /** @throws `damaged` when the file is no ledger. */
  static open(path: string): SqliteLedgerReader {
    return new SqliteLedgerReader(openForReading(path));
  }

  head(): Head {
    const row = this.#head.get() as { revision: number; recorded: number } | undefined;
    return row ?? { revision: -1, recorded: 0 };
  }

  /** Up to `limit` events from revision `from`, in order; empty at the head. */
  portion(from: number, limit = PORTION): RecordedEvent[] {
    return this.#range.all(from, limit) as unknown as EventRow[];
  }

  /**
   * The statements among the events from one revision to another, in order, as the UTF-8 bytes of one JSON array of
   * `[revision, recorded, version, data]`: reading and parsing them together costs half of doing it one by one. Where
   * the data are no JSON, the whole is none.
   * @returns undefined: they have more than `most` bytes
   */
  statementsAsJson(from: number, to: number, most: number): Uint8Array | undefined {
    if ((this.#bytes.get(from, to) as { bytes: number }).bytes > most) return undefined;
    return (this.#joined.get(from, to) as { text: Uint8Array }).text;
  }

  /** The data of one event, or undefined beyond the head. */
  dataAt(revision: number): Uint8Array | undefined {
    return (this.#data.get(revision) as { data: Uint8Array } | undefined)?.data;
  }

  /**
   * The last revision recorded at or before `micros` (microseconds since 1970 UTC); -1 when there is none. Recorded
   * times never go back.
   */
  revisionRecordedBy(micros: number): number {
    let low = -1;
    let high = this.head().revision;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#recorded.get(middle) as { recorded: number }).recorded <= micros) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  close(): void {
    this.#database.close();
  }
}
