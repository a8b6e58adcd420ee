import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { IdFilter } from '../read_store/id_filter.ts';
import { uuidBytes } from '../read_store/statement_tables.ts';

const ID_BYTES = 16;
const IDS_AT_ONCE = 10_000;

/**
 * Which statement ids the store holds: the merged ones by the read store's table, the newest in memory, by tail
 * segment. Nothing can be asked, or added, before it is opened.
 */
export class KnownStatements {
  readonly #database: DatabaseSync;
  readonly #byId: StatementSync;
  #segments: { readonly number: number; readonly revisions: Map<string, number> }[] = [];
  #filter = new IdFilter(0);

  /** @param database the statements' file, opened for reading */
  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#byId = database.prepare('SELECT revision FROM ids WHERE id = ?');
  }

  /** To be called once the table holds everything that there is. */
  open(): void {
    const { count } = this.#database.prepare('SELECT count(*) AS count FROM ids').get() as { count: number };
    this.#filter = new IdFilter(count);
    // Row by row it would take ten times as long.
    const joined = this.#database.prepare(`
      SELECT max(id) AS last, CAST(group_concat(id, '') AS BLOB) AS ids
      FROM (SELECT id FROM ids WHERE id > ? ORDER BY id LIMIT ${IDS_AT_ONCE})`);
    for (let behind: Uint8Array | null = new Uint8Array(0); behind !== null; ) {
      const { last, ids } = joined.get(behind) as unknown as { last: Uint8Array | null; ids: Uint8Array | null };
      for (let at = 0; ids !== null && at < ids.length; at += ID_BYTES) this.#filter.add(ids, at);
      behind = last;
    }
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
  }
}
