import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { uuidBytes } from '../read_store/statement_tables.ts';

/** Which statement ids the store holds: the merged ones by the read store's table, the newest in memory, by tail segment. */
export class KnownStatements {
  readonly #byId: StatementSync;
  #segments: { readonly number: number; readonly revisions: Map<string, number> }[] = [];

  /** @param database the statements' file, opened for reading */
  constructor(database: DatabaseSync) {
    this.#byId = database.prepare('SELECT revision FROM ids WHERE id = ?');
  }

  /** The revision of the statement with this id (lower case), or undefined. */
  revisionOf(id: string): number | undefined {
    for (const { revisions } of this.#segments) {
      const revision = revisions.get(id);
      if (revision !== undefined) return revision;
    }
    return (this.#byId.get(uuidBytes(id)) as { revision: number } | undefined)?.revision;
  }

  add(segment: number, id: string, revision: number): void {
    let last = this.#segments.at(-1);
    if (last?.number !== segment) {
      last = { number: segment, revisions: new Map() };
      this.#segments.push(last);
    }
    last.revisions.set(id, revision);
  }

  /** Forgets the segments up to `segment`: the table holds them now. */
  drop(segment: number): void {
    this.#segments = this.#segments.filter(({ number }) => number > segment);
  }

  /** How many statements are held in memory. */
  get inMemory(): number {
    return this.#segments.reduce((sum, { revisions }) => sum + revisions.size, 0);
  }
}
