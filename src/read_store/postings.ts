import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { BulkInsert } from './bulk_insert.ts';

/**
 * Postings stand in blocks: a row has, for one name and so many revisions, those of the statements that are listed
 * under it. Where a row ends follows from the revision alone, so a rebuilt table equals the live one.
 */
export const BLOCK_REVISIONS = 65_536;

/** The name under which every statement is listed. */
export const EVERY_STATEMENT = '';

/** Revisions of one block as the table holds them: how far each is from the first of the block, ascending, 16 bits each. */
export function offsetsOf(revisions: Uint8Array): Uint16Array {
  const isAligned = revisions.byteOffset % 2 === 0;
  const { buffer, byteOffset, byteLength } = isAligned ? revisions : revisions.slice();
  return new Uint16Array(buffer, byteOffset, byteLength / 2);
}

/** Writes postings. The caller holds the transaction, and adds names in order. */
export class PostingsWriter {
  readonly #rows: BulkInsert;
  readonly #select: StatementSync;
  readonly #put: StatementSync;

  constructor(database: DatabaseSync) {
    this.#rows = new BulkInsert(
      database,
      'INSERT INTO postings',
      3,
      'ON CONFLICT DO UPDATE SET revisions = CAST(revisions || excluded.revisions AS BLOB)',
    );
    this.#select = database.prepare('SELECT revisions FROM postings WHERE name = ? AND block = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO postings VALUES (?, ?, ?)');
  }

  /**
   * Lists statements under a name.
   * @param revisions ascending, each once
   * @param newest the table holds nothing from this revision on
   */
  add(name: string, revisions: readonly number[], newest: number): void {
    let next = 0;
    while (next < revisions.length) {
      const block = Math.floor(revisions[next]! / BLOCK_REVISIONS);
      const first = block * BLOCK_REVISIONS;
      const isLate = revisions[next]! < newest;
      const last = isLate ? Math.min(first + BLOCK_REVISIONS, newest) : first + BLOCK_REVISIONS;
      let end = next + 1;
      while (end < revisions.length && revisions[end]! < last) end++;
      if (isLate) {
        this.#insert(name, block, revisions.slice(next, end));
        next = end;
        continue;
      }
      // Most are of one statement: out of Node's pool they cost less than an array of its own for each.
      const offsets = Buffer.allocUnsafe(2 * (end - next));
      for (let at = 0; next < end; at += 2, next++) offsets.writeUInt16LE(revisions[next]! - first, at);
      this.append(name, block, offsets);
    }
  }

  /** Puts bytes behind those of a row; the row is new if need be. */
  append(name: string, block: number, bytes: Buffer): void {
    this.#rows.add(name, block, bytes);
  }

  /** Changes the bytes of a row; none, if there is no row. */
  change(name: string, block: number, change: (bytes: Uint8Array) => Uint8Array): void {
    const row = this.#select.get(name, block) as { revisions: Uint8Array } | undefined;
    this.#put.run(name, block, change(row?.revisions ?? new Uint8Array(0)));
  }

  flush(): void {
    this.#rows.flush();
  }

  /** Only references whose target came later are listed among older ones. */
  #insert(name: string, block: number, revisions: readonly number[]): void {
    this.change(name, block, (bytes) => {
      const offsets = new Set(offsetsOf(bytes));
      for (const revision of revisions) offsets.add(revision % BLOCK_REVISIONS);
      return new Uint8Array(Uint16Array.from(offsets).sort().buffer);
    });
  }
}
