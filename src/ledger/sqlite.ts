import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { AppendSignal } from './append_signal.ts';
import { Checkpointer } from './checkpointer.ts';
import { type Head, type Ledger, type NewEvent, PORTION, type RecordedEvent } from './ledger.ts';
import { recordedGoesBack, wrongExpectedRevision } from './refusals.ts';
import { openForWriting, pageBytes } from './sqlite_file.ts';
import { SqliteLedgerReader } from './sqlite_reader.ts';
import { commitStaged, stage } from './staging.ts';
import { wholeAppends } from './whole_appends.ts';

/** How often a subscription looks for what another process appended; appends of this process wake it at once. */
const POLL_MILLISECONDS = 200;
/**
 * A thread writes the log into the file beside the appends; an append only does what that has left when the log is so
 * long, and lets it begin anew.
 */
const LOG_BYTES = 16 * 1024 * 1024;

export interface SqliteLedgerOptions {
  /** Told when nobody writes the log into the file beside the appends any more; these do it then. */
  readonly onNotice?: (message: string) => void;
}

/**
 * The embedded ledger: one SQLite file with one writer.
 * Durability: WAL and synchronous=FULL, so an append that resolved survives a killed process and a power cut.
 */
export class SqliteLedger implements Ledger {
  readonly #database: DatabaseSync;
  readonly #reader: SqliteLedgerReader;
  readonly #insert: StatementSync;
  readonly #appended = new AppendSignal();
  readonly #checkpointer: Checkpointer;
  readonly #pageBytes: number;

  /** Opens or creates the ledger at `path`. @throws `damaged` when the file is no ledger. */
  constructor(path: string, { onNotice = () => {} }: SqliteLedgerOptions = {}) {
    this.#database = openForWriting(path, { synchronous: 'FULL', logBytes: LOG_BYTES });
    this.#pageBytes = pageBytes(this.#database);
    this.#checkpointer = new Checkpointer(path, ({ message }) => {
      onNotice(`The ledger's log is written into its file by the appends, which takes them longer: ${message}`);
    });
    this.#reader = new SqliteLedgerReader(this.#database);
    this.#insert = this.#database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
  }

  async head(): Promise<Head> {
    return this.#reader.head();
  }

  async append(expectedRevision: number, recorded: number, events: readonly NewEvent[]): Promise<void> {
    let bytes = 0;
    stage(this.#database, () => {
      const head = this.#reader.head();
      if (head.revision !== expectedRevision) throw wrongExpectedRevision(expectedRevision, head.revision);
      if (recorded <= head.recorded) throw recordedGoesBack(recorded);
      let revision = expectedRevision;
      for (const { id, type, version, credential, data } of events) {
        revision += 1;
        this.#insert.run(revision, id, type, version, recorded, credential, data);
        bytes += data.length;
      }
    });
    commitStaged(this.#database);
    // The last page of the file is written again.
    this.#checkpointer.noteGrown(bytes + this.#pageBytes);
    this.#appended.notify();
  }

  async *read(from: number, portion = PORTION): AsyncGenerator<readonly RecordedEvent[]> {
    let next = from;
    for (;;) {
      const events = this.#reader.portion(next, portion);
      if (events.length === 0) return;
      next += events.length;
      yield events;
    }
  }

  async *subscribe(from: number, signal: AbortSignal): AsyncGenerator<readonly RecordedEvent[]> {
    let next = from;
    while (!signal.aborted) {
      const appended = this.#appended.next(signal, POLL_MILLISECONDS);
      for await (const events of wholeAppends(this.read(next))) {
        next += events.length;
        yield events;
        if (signal.aborted) return;
      }
      await appended;
    }
  }

  async close(): Promise<void> {
    await this.#checkpointer.close();
    try {
      // Whoever copies the file of a stopped store has everything in the one file. A reader that is in the way is not
      // waited for.
      this.#database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // The disk is full, for one: it stays in the log, and nothing is missing.
    }
    this.#database.close();
  }
}
