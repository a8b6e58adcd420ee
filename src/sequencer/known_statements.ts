import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { IdFilter } from '../read_store/id_filter.ts';
import { uuidBytes } from '../read_store/statement_tables.ts';

/**
 * Which statement ids the store holds: the merged ones by the read store's table, the newest in memory, by tail
 * segment.
 */
export class KnownStatements {
  readonly #database: DatabaseSync;
  readonly #byId: StatementSync;
  #segments: { readonly number: number; readonly revisions: Map<string, number> }[] = [];
  #filter: IdFilter;

  /** @param database the statements' file, opened for reading */
  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#byId = database.prepare('SELECT revision FROM ids WHERE id = ?');
    this.#filter = this.#filterOfTable();
  }

  /** The revision of the statement with this id (lower case), or undefined. */
  revisionOf(id: string): number | undefined {
    for (const { revisions } of this.#segments) {
      const revision = revisions.get(id);
      if (revision !== undefined) return revision;
    }
    const bytes = uuidBytes(id);
    if (!this.#filter.mayHold(bytes)) return undefined;
    return (this.#byId.get(bytes) as { revision: number } | undefined)?.revision;
  }

  add(segment: number, id: string, revision: number): void {
    let last = this.#segments.at(-1);
    if (last?.number !== segment) {
      last = { number: segment, revisions: new Map() };
      this.#segments.push(last);
    }
    last.revisions.set(id, revision);
    this.#filter.add(uuidBytes(id));
  }

  /** Forgets the segments up to `segment`: the table holds them now. */
  drop(segment: number): void {
    this.#segments = this.#segments.filter(({ number }) => number > segment);
    if (this.#filter.isFull) this.#filter = this.#filterOfTable();
  }

  /** A filter of what the table holds and of what is in memory. */
  #filterOfTable(): IdFilter {
    const { count } = this.#database.prepare('SELECT count(*) AS count FROM ids').get() as { count: number };
    const filter = new IdFilter(count);
    for (const { id } of this.#database.prepare('SELECT id FROM ids').iterate()) filter.add(id as Uint8Array);
    for (const { revisions } of this.#segments) for (const id of revisions.keys()) filter.add(uuidBytes(id));
    return filter;
  }
}
