import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { BulkInsert } from './bulk_insert.ts';

/**
 * Postings stand in blocks: a row has, for one name and so many revisions, those of the statements that are listed
 * under it. Where a row ends follows from the revision alone, so a rebuilt table equals the live one. The rows of a block
 * stand together: what is written is near the end of the table, however large that is. Registrations share rows, see
 * `registrations.ts`.
 */
export const BLOCK_REVISIONS = 65_536;

export function blockOf(revision: number): number {
  return Math.floor(revision / BLOCK_REVISIONS);
}

/** The last block that the table has; -1 when it is empty. */
export function lastBlock(database: Pick<DatabaseSync, 'prepare'>): number {
  const row = database.prepare('SELECT coalesce(max(block), -1) AS block FROM postings').get();
  return (row as { block: number }).block;
}

/** The name under which every statement is listed. */
export const EVERY_STATEMENT = '';

/** Revisions of one block as the table holds them: how far each is from the first of the block, ascending, 16 bits each. */
export function offsetsOf(revisions: Uint8Array): Uint16Array {
  const isAligned = revisions.byteOffset % 2 === 0;
  const { buffer, byteOffset, byteLength } = isAligned ? revisions : revisions.slice();
  return new Uint16Array(buffer, byteOffset, byteLength / 2);
}

/** A part of a list of revisions, from one place up to another, that goes into the rows of one block. */
interface Stretch {
  readonly block: number;
  readonly from: number;
  readonly to: number;
  /** The rows may hold newer ones: only references whose target came later are listed among those. */
  readonly isLate: boolean;
}

/**
 * Divides ascending revisions by the blocks to which they belong.
 * @param newest the table holds nothing from this revision on
 */
export function* stretchesOf(revisions: ArrayLike<number>, newest: number): Generator<Stretch> {
  for (let from = 0, to = 0; from < revisions.length; from = to) {
    const block = blockOf(revisions[from]!);
    const isLate = revisions[from]! < newest;
    const last = (block + 1) * BLOCK_REVISIONS;
    const end = isLate ? Math.min(last, newest) : last;
    do to++;
    while (to < revisions.length && revisions[to]! < end);
    yield { block, from, to, isLate };
  }
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
    this.#select = database.prepare('SELECT revisions FROM postings WHERE block = ? AND name = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO postings VALUES (?, ?, ?)');
  }

  /**
   * Lists statements under a name.
   * @param revisions ascending, each once
   * @param newest the table holds nothing from this revision on
   */
  add(name: string, revisions: ArrayLike<number>, newest: number): void {
    for (const { block, from, to, isLate } of stretchesOf(revisions, newest)) {
      if (isLate) this.#insert(name, block, revisions, from, to);
      else this.append(name, block, offsetBytes(revisions, from, to));
    }
  }

  /** Puts bytes behind those of a row; the row is new if need be. */
  append(name: string, block: number, bytes: Buffer): void {
    this.#rows.add(block, name, bytes);
  }

  /** Writes a row anew, from the bytes that it has; a row that is not there has none. */
  change(name: string, block: number, change: (bytes: Uint8Array) => Uint8Array): void {
    const row = this.#select.get(block, name) as { revisions: Uint8Array } | undefined;
    this.#put.run(block, name, change(row?.revisions ?? new Uint8Array(0)));
  }

  flush(): void {
    this.#rows.flush();
  }

  #insert(name: string, block: number, revisions: ArrayLike<number>, from: number, to: number): void {
    this.change(name, block, (bytes) => {
      const offsets = new Set(offsetsOf(bytes));
      for (let i = from; i < to; i++) offsets.add(revisions[i]! % BLOCK_REVISIONS);
      return new Uint8Array(Uint16Array.from(offsets).sort().buffer);
    });
  }
}

/** As `offsetsOf` reads them. Most are one: out of Node's pool they cost less than an array of its own for each. */
function offsetBytes(revisions: ArrayLike<number>, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(2 * (to - from));
  for (let i = from; i < to; i++) bytes.writeUInt16LE(revisions[i]! % BLOCK_REVISIONS, 2 * (i - from));
  return bytes;
}
