import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { BulkInsert } from './bulk_insert.ts';
import { BLOCK_REVISIONS, stretchesOf } from './postings.ts';
import { bucketOf, ENTRY_BYTES, entriesOf, inBuckets, numbersOf, shift } from './uuid_buckets.ts';
import { UUID_BYTES } from './uuid_bytes.ts';

/**
 * A row holds a bucket of the ids of one run of revisions, each with how far its revision is from the first of the run.
 *
 * A run is a block of revisions while the era to which it belongs goes on. The blocks of an era that is over become one
 * run with as many more buckets, so that whoever looks for an id need not look into every block. Where runs and buckets
 * end follows from revisions and ids alone, so a rebuilt table equals the live one.
 */
const BLOCKS_PER_ERA = 16;
const ERA_REVISIONS = BLOCK_REVISIONS * BLOCKS_PER_ERA;
/** Some 64 ids are in a bucket. */
const BLOCK_BITS = 10;
const ERA_BITS = 14;
/** The rows of a run are numbered from its first revision on; those of an era behind those of its first block. */
const ERA_PLACES = 1 << ERA_BITS;

/** Finds statements by their ids. Each search sees the table at one moment. */
export class IdTable {
  readonly #buckets: StatementSync;

  constructor(database: DatabaseSync) {
    this.#buckets = database.prepare(`
      SELECT run.first, ids.entries FROM id_runs AS run
      JOIN ids ON ids.place = run.first + iif(run.revisions = ${BLOCK_REVISIONS}, ?, ?)`);
  }

  /** The revision of the statement with this id; undefined: the table has none. */
  revisionOf(id: Uint8Array): number | undefined {
    const runs = this.#buckets.all(bucketOf(id, BLOCK_BITS), ERA_PLACES + bucketOf(id, ERA_BITS));
    for (const { first, entries } of runs as unknown as Bucket[]) {
      for (const offset of numbersOf(id, entries)) return first + offset;
    }
    return undefined;
  }
}

interface Bucket {
  readonly first: number;
  readonly entries: Uint8Array;
}

/** Calls back with all ids, each as 16 bytes from a place on, in no order. */
export function forEachId(database: DatabaseSync, callback: (bytes: Uint8Array, at: number) => void): void {
  for (const { entries } of database.prepare('SELECT entries FROM ids').iterate()) {
    const bytes = entries as Uint8Array;
    for (let at = 0; at < bytes.length; at += ENTRY_BYTES) callback(bytes, at);
  }
}

export function countIds(database: DatabaseSync): number {
  const sql = `SELECT total(length(entries)) / ${ENTRY_BYTES} AS count FROM ids`;
  return (database.prepare(sql).get() as { count: number }).count;
}

/** Writes ids. The caller holds the transaction. */
export class IdsWriter {
  readonly #database: DatabaseSync;
  readonly #appended: BulkInsert;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#appended = new BulkInsert(
      database,
      'INSERT INTO ids',
      2,
      'ON CONFLICT DO UPDATE SET entries = CAST(entries || excluded.entries AS BLOB)',
    );
  }

  /** @param ids 16 bytes each; their revisions are later than those in the table */
  write(ids: Uint8Array, revisions: ArrayLike<number>): void {
    for (const { block, from, to } of stretchesOf(revisions, 0)) {
      const first = block * BLOCK_REVISIONS;
      this.#closeErasBefore(first);
      const own = ids.subarray(from * UUID_BYTES, to * UUID_BYTES);
      this.#writeBlock(
        first,
        entriesOf(own, (i) => revisions[from + i]! - first),
      );
    }
  }

  #writeBlock(first: number, entries: Buffer): void {
    this.#database.prepare('INSERT OR IGNORE INTO id_runs VALUES (?, ?)').run(first, BLOCK_REVISIONS);
    this.#append(first, entries, BLOCK_BITS);
    this.#appended.flush();
  }

  /** The blocks of the eras that ended before a revision become one run each. */
  #closeErasBefore(revision: number): void {
    const era = revision - (revision % ERA_REVISIONS);
    const left = this.#database
      .prepare(`SELECT DISTINCT first - first % ${ERA_REVISIONS} AS era FROM id_runs WHERE revisions = ? AND first < ?`)
      .all(BLOCK_REVISIONS, era) as unknown as { era: number }[];
    for (const { era } of left) this.#closeEra(era);
  }

  #closeEra(era: number): void {
    const last = era + ERA_REVISIONS - 1;
    const select = this.#database.prepare(
      'SELECT run.first, ids.entries FROM id_runs AS run JOIN ids ON ids.place = run.first + ? WHERE run.first BETWEEN ? AND ?',
    );
    const remove = this.#database.prepare(
      'DELETE FROM ids WHERE place IN (SELECT first + ? FROM id_runs WHERE first BETWEEN ? AND ?)',
    );
    for (let bucket = 0; bucket < 1 << BLOCK_BITS; bucket++) {
      const rows = select.all(bucket, era, last) as unknown as Bucket[];
      if (rows.length === 0) continue;
      const entries = rows.map(({ first, entries }) => {
        const own = Buffer.from(entries);
        shift(own, first - era);
        return own;
      });
      this.#append(era + ERA_PLACES, Buffer.concat(entries), ERA_BITS);
      remove.run(bucket, era, last);
    }
    this.#appended.flush();
    this.#database.prepare('DELETE FROM id_runs WHERE first BETWEEN ? AND ?').run(era, last);
    this.#database.prepare('INSERT INTO id_runs VALUES (?, ?)').run(era, ERA_REVISIONS);
  }

  /** Puts entries behind those of their buckets. */
  #append(place: number, entries: Buffer, bits: number): void {
    for (const [bucket, own] of inBuckets(entries, bits)) this.#appended.add(place + bucket, own);
  }
}
