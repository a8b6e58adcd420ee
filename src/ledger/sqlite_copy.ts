import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordedEvent } from './ledger.ts';
import { openForWriting } from './sqlite_file.ts';
import { commitStaged, rollbackStaged, stage } from './staging.ts';

/**
 * A node's own copy of a ledger that lives elsewhere, so that everything that reads events reads them from a file.
 * Durability: it survives a killed process; after a power cut it may be behind, or torn unless it is told to survive
 * it, and is made anew from the ledger.
 */
export class SqliteCopy {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;

  /**
   * @param options.synchronous NORMAL: after a power cut it is whole, if behind; FULL: it is not behind either
   * @throws `damaged` when the file is no ledger
   */
  constructor(path: string, { synchronous = 'OFF' }: { readonly synchronous?: 'FULL' | 'NORMAL' | 'OFF' } = {}) {
    this.#database = openForWriting(path, { synchronous });
    this.#insert = this.#database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
  }

  /** Adds events as they are, behind the last one; what it already holds is left out. */
  write(events: readonly RecordedEvent[]): void {
    this.stage(events);
    this.commit();
  }

  /** As `write`, but nobody sees them until `commit`; `rollback` takes them back. */
  stage(events: readonly RecordedEvent[]): void {
    const last = this.#database.prepare('SELECT coalesce(max(revision), -1) AS revision FROM events').get();
    stage(this.#database, () => {
      for (const { revision, id, type, version, recorded, credential, data } of events) {
        if (revision > (last!.revision as number)) {
          this.#insert.run(revision, id, type, version, recorded, credential, data);
        }
      }
    });
  }

  commit(): void {
    commitStaged(this.#database);
  }

  rollback(): void {
    rollbackStaged(this.#database);
  }

  close(): void {
    this.#database.close();
  }
}
