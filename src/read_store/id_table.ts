import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { BulkInsert } from './bulk_insert.ts';
import { hashOf } from './id_filter.ts';
import { BLOCK_REVISIONS } from './postings.ts';
import type { Preparing } from './read_session.ts';

/**
 * Ids come in no order: a row for each would be written somewhere else than the one before. So a row holds a bucket of
 * them, those of one run of revisions whose hashes begin with the same bits, in the order of the ledger.
 *
 * A run is a block of revisions while the era to which it belongs goes on. The blocks of an era that is over become one
 * run with as many more buckets, so that whoever looks for an id need not look into every block. Where runs and buckets
 * end follows from revisions and ids alone, so a rebuilt table equals the live one.
 */
const BLOCKS_PER_ERA = 16;
const ERA_REVISIONS = BLOCK_REVISIONS * BLOCKS_PER_ERA;
/** How many bits of the hash tell the bucket: some 64 ids are in one. */
const BLOCK_BITS = 10;
const ERA_BITS = 14;
/** The rows of a run are numbered from its first revision on; those of an era behind those of its first block. */
const ERA_PLACES = 1 << ERA_BITS;

/** An id, and how far its revision is from the first of the run (uint32, little-endian). */
const ID_BYTES = 16;
const ENTRY_BYTES = 20;

/** Finds statements by their ids. Each search sees the table at one moment. */
export class IdTable {
  readonly #buckets: StatementSync;

  constructor(database: Preparing) {
    this.#buckets = database.prepare(`
      SELECT run.first, ids.entries FROM id_runs AS run
      JOIN ids ON ids.place = run.first + iif(run.revisions = ${BLOCK_REVISIONS}, ?, ?)`);
  }

  /** The revision of the statement with this id; undefined: the table has none. */
  revisionOf(id: Uint8Array): number | undefined {
    const hash = hashOf(id);
    const runs = this.#buckets.all(hash >>> (32 - BLOCK_BITS), ERA_PLACES + (hash >>> (32 - ERA_BITS)));
    for (const { first, entries } of runs as unknown as Bucket[]) {
      const offset = offsetIn(bufferOf(entries), id);
      if (offset !== undefined) return first + offset;
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
  write(ids: readonly Uint8Array[], revisions: readonly number[]): void {
    for (let from = 0; from < ids.length; ) {
      const first = revisions[from]! - (revisions[from]! % BLOCK_REVISIONS);
      let end = from + 1;
      while (end < ids.length && revisions[end]! < first + BLOCK_REVISIONS) end++;
      this.#closeErasBefore(first);
      this.#writeBlock(first, ids.slice(from, end), revisions.slice(from, end));
      from = end;
    }
  }

  #writeBlock(first: number, ids: readonly Uint8Array[], revisions: readonly number[]): void {
    this.#database.prepare('INSERT OR IGNORE INTO id_runs VALUES (?, ?)').run(first, BLOCK_REVISIONS);
    const entries = Buffer.allocUnsafe(ids.length * ENTRY_BYTES);
    ids.forEach((id, i) => {
      entries.set(id, i * ENTRY_BYTES);
      entries.writeUInt32LE(revisions[i]! - first, i * ENTRY_BYTES + ID_BYTES);
    });
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
      const entries = Buffer.concat(rows.map((row) => row.entries));
      let at = 0;
      for (const { first, entries: own } of rows) {
        for (const end = at + own.length; at < end; at += ENTRY_BYTES) {
          const offset = entries.readUInt32LE(at + ID_BYTES) + first - era;
          entries.writeUInt32LE(offset, at + ID_BYTES);
        }
      }
      this.#append(era + ERA_PLACES, entries, ERA_BITS);
      remove.run(bucket, era, last);
    }
    this.#appended.flush();
    this.#database.prepare('DELETE FROM id_runs WHERE first BETWEEN ? AND ?').run(era, last);
    this.#database.prepare('INSERT INTO id_runs VALUES (?, ?)').run(era, ERA_REVISIONS);
  }

  /** Puts entries behind those of their buckets, in the order in which they stand. */
  #append(place: number, entries: Buffer, bits: number): void {
    const count = entries.length / ENTRY_BYTES;
    const buckets = new Uint32Array(count);
    const ends = new Uint32Array((1 << bits) + 1);
    for (let i = 0; i < count; i++) {
      buckets[i] = hashOf(entries, i * ENTRY_BYTES) >>> (32 - bits);
      ends[buckets[i]! + 1]! += 1;
    }
    for (let bucket = 1; bucket < ends.length; bucket++) ends[bucket]! += ends[bucket - 1]!;
    const sorted = Buffer.allocUnsafe(entries.length);
    for (let i = 0; i < count; i++) {
      const to = ends[buckets[i]!]!++;
      entries.copy(sorted, to * ENTRY_BYTES, i * ENTRY_BYTES, (i + 1) * ENTRY_BYTES);
    }
    for (let bucket = 0, begin = 0; begin < count; begin = ends[bucket++]!) {
      const end = ends[bucket]!;
      if (end > begin) this.#appended.add(place + bucket, sorted.subarray(begin * ENTRY_BYTES, end * ENTRY_BYTES));
    }
  }
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

function offsetIn(entries: Buffer, id: Uint8Array): number | undefined {
  for (let at = entries.indexOf(id); at !== -1; at = entries.indexOf(id, at + 1)) {
    if (at % ENTRY_BYTES === 0) return entries.readUInt32LE(at + ID_BYTES);
  }
  return undefined;
}
