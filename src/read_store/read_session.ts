import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StatementEvent, StatementView } from '../../projections/statement_index.ts';
import { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { statementEventAt } from './ledger_statements.ts';
import { appliedRevision, openProjectionForReading } from './projection_file.ts';
import { ReferredIds } from './referred_ids.ts';
import { layered, Segment } from './segment.ts';
import { tableView } from './statement_view.ts';
import { TailReader } from './tail_reader.ts';

export interface ReadStorePaths {
  readonly ledger: string;
  readonly statements: string;
  readonly tail: string;
  readonly documents: string;
  readonly learning: string;
}

/**
 * What one answer is made from: a consistent view of everything that had been answered to a writer before the view was
 * taken.
 */
export interface Snapshot {
  readonly database: DatabaseSync;
  /** Oldest first; each newer than what the tables hold. */
  readonly segments: readonly Segment[];
  readonly view: StatementView;
  /** Prepared once for a reader, kept by their text. */
  prepare(sql: string): StatementSync;
  readonly ledger: SqliteLedgerReader;
  /** The documents' file; each query is a view of its own. */
  readonly documents: DatabaseSync;
  /** People, policy and certificates; each query is a view of its own. Statements are prepared once for a reader. */
  readonly learning: Preparing;
  /** Up to where the tables hold everything: the segments are newer. */
  readonly mergedRevision: number;
  /** The data of an event that exists. */
  dataAt(revision: number): Uint8Array;
  statementAt(revision: number): StatementEvent;
}

/** What is asked of people and policy alone. */
export type LearningView = Pick<Snapshot, 'learning'>;

/** Prepares statements. */
export type Preparing = Pick<DatabaseSync, 'prepare'>;

/** One reader of the read store: connections and the tail in memory. Not for use by two threads. */
export class ReadSession {
  readonly #database: DatabaseSync;
  readonly #ledger: SqliteLedgerReader;
  readonly #tail: TailReader;
  readonly #documents: DatabaseSync;
  readonly #learning: DatabaseSync;
  /** See `Snapshot.learning`. */
  readonly learning: Preparing;
  readonly #referredTo: ReferredIds;
  readonly #tables: StatementView;
  readonly #preparedStatements: Preparing;
  #segments: Segment[] = [];
  #seen = -1;

  constructor(paths: ReadStorePaths) {
    this.#ledger = SqliteLedgerReader.open(paths.ledger);
    this.#database = openProjectionForReading(paths.statements);
    this.#tail = new TailReader(paths.tail);
    this.#documents = openProjectionForReading(paths.documents);
    this.#learning = openProjectionForReading(paths.learning);
    this.learning = preparingOnce(this.#learning);
    this.#preparedStatements = preparingOnce(this.#database);
    this.#referredTo = new ReferredIds(this.#database);
    this.#tables = tableView(this.#database, this.#ledger, this.#referredTo);
  }

  /**
   * Answers from one consistent view. The tail is read before the tables' transaction begins: a row leaves the tail
   * only after the tables that hold it were committed, so whatever the tail lacks by then, the tables have.
   * @param knownAt nothing newer is asked for: where the tables hold everything up to it, the tail is left alone. To
   *   have it in memory costs some thousand bytes a statement
   */
  read<T>(answer: (snapshot: Snapshot) => T, knownAt?: number): T {
    const isInTables = knownAt !== undefined && knownAt <= appliedRevision(this.#database);
    const rows = isInTables ? [] : this.#tail.after(this.#seen);
    this.#database.exec('BEGIN');
    try {
      const merged = appliedRevision(this.#database);
      this.#referredTo.readUpTo(merged);
      this.#segments = this.#segments.filter((segment) => segment.lastRevision > merged);
      for (const row of rows) {
        this.#seen = row.lastRevision;
        if (this.#seen <= merged) continue;
        this.#segmentFor(row.segment).apply(row, layered(this.#segments.slice(0, -1), this.#tables));
      }
      return answer(this.#snapshot(merged));
    } finally {
      this.#database.exec('ROLLBACK');
    }
  }

  close(): void {
    this.#tail.close();
    this.#database.close();
    this.#documents.close();
    this.#learning.close();
    this.#ledger.close();
  }

  #segmentFor(number: number): Segment {
    const last = this.#segments.at(-1);
    if (last?.number === number) return last;
    const segment = new Segment(number, (revision) => this.#statementAt(revision));
    this.#segments.push(segment);
    return segment;
  }

  #snapshot(mergedRevision: number): Snapshot {
    return {
      database: this.#database,
      segments: this.#segments,
      view: layered(this.#segments, this.#tables),
      prepare: (sql) => this.#preparedStatements.prepare(sql),
      ledger: this.#ledger,
      documents: this.#documents,
      learning: this.learning,
      mergedRevision,
      dataAt: (revision) => this.#ledger.dataAt(revision)!,
      statementAt: (revision) => this.#statementAt(revision),
    };
  }

  #statementAt(revision: number): StatementEvent {
    return statementEventAt(revision, this.#ledger.dataAt(revision)!);
  }
}

/** Prepares each statement once, and keeps it by its text. */
function preparingOnce(database: DatabaseSync): Preparing {
  const prepared = new Map<string, StatementSync>();
  return {
    prepare(sql) {
      const statement = prepared.get(sql) ?? database.prepare(sql);
      prepared.set(sql, statement);
      return statement;
    },
  };
}
