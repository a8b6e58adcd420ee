import type { DatabaseSync } from 'node:sqlite';
import { IdFilter } from '../read_store/id_filter.ts';
import { countIds, forEachId, IdTable } from '../read_store/id_table.ts';
import { uuidBytes } from '../read_store/uuid_bytes.ts';
import { UuidMap } from '../read_store/uuid_map.ts';

/**
 * Which statement ids the store holds: the merged ones by the read store's table, the newest in memory, by tail
 * segment. Nothing can be asked, or added, before it is opened.
 */
export class KnownStatements {
  readonly #database: DatabaseSync;
  readonly #table: IdTable;
  #segments: { readonly number: number; readonly revisions: UuidMap }[] = [];
  #filter = new IdFilter(0);

  /** @param database the statements' file, opened for reading */
  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#table = new IdTable(database);
  }

  /** To be called once the table holds everything that there is. */
  open(): void {
    this.#filter = new IdFilter(countIds(this.#database));
    forEachId(this.#database, (bytes, at) => this.#filter.add(bytes, at));
  }

  /** The revision of the statement with this id (lower case), or undefined. */
  revisionOf(id: string): number | undefined {
    const bytes = uuidBytes(id);
    if (!this.#filter.mayHold(bytes)) return undefined;
    for (const { revisions } of this.#segments) {
      const revision = revisions.get(bytes);
      if (revision !== undefined) return revision;
    }
    return this.#table.revisionOf(bytes);
  }

  add(segment: number, id: string, revision: number): void {
    let last = this.#segments.at(-1);
    if (last?.number !== segment) {
      last = { number: segment, revisions: new UuidMap() };
      this.#segments.push(last);
    }
    const bytes = uuidBytes(id);
    last.revisions.set(bytes, revision);
    this.#filter.add(bytes);
  }

  /** Forgets the segments up to `segment`: the table holds them now. */
  drop(segment: number): void {
    this.#segments = this.#segments.filter(({ number }) => number > segment);
  }
}
