import { randomBytes, randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countIds, forEachId, IdsWriter, IdTable } from '../../src/read_store/id_table.ts';
import { BLOCK_REVISIONS } from '../../src/read_store/postings.ts';
import { STATEMENT_TABLES } from '../../src/read_store/statement_tables.ts';
import { bucketOf } from '../../src/read_store/uuid_buckets.ts';
import { uuidBytes } from '../../src/read_store/uuid_bytes.ts';
import { ascending, revisionIn } from './given_revisions.ts';

const ERA_REVISIONS = 16 * BLOCK_REVISIONS;
const LAST = 3 * ERA_REVISIONS;
const revision = revisionIn(48);
const revisions = ascending(revision, 300);

let database: DatabaseSync;
beforeAll(() => {
  database = new DatabaseSync(':memory:');
  database.exec(STATEMENT_TABLES.tables);
});
afterAll(() => database.close());

/** Ids that count up, as some clients make them. */
const idOf = (revision: number) => uuidBytes(`00000000-0000-4000-8000-${revision.toString(16).padStart(12, '0')}`);

/** @param bounds where a merge ended, and the next one began */
function fill(revisions: readonly number[], bounds: readonly number[] = []): void {
  database.exec('DELETE FROM ids; DELETE FROM id_runs');
  const ends = [...bounds, LAST + 10].sort((a, b) => a - b);
  ends.forEach((end, i) => {
    const part = revisions.filter((revision) => (ends[i - 1] ?? 0) <= revision && revision < end);
    new IdsWriter(database).write(Buffer.concat(part.map(idOf)), part);
  });
}

const rowsNow = () => [
  database.prepare('SELECT * FROM id_runs').all(),
  database.prepare('SELECT place, hex(entries) AS entries FROM ids').all(),
];

it('every id that was written is found, and no other, in runs of blocks and of eras', () => {
  fc.assert(
    fc.property(revisions, (revisions) => {
      fill(revisions);
      const table = new IdTable(database);
      for (const revision of revisions) expect(table.revisionOf(idOf(revision))).toBe(revision);
      for (let i = 0; i < 5; i++) expect(table.revisionOf(uuidBytes(randomUUID()))).toBeUndefined();
      const found: string[] = [];
      forEachId(database, (bytes, at) => found.push(Buffer.from(bytes.subarray(at, at + 16)).toString('hex')));
      expect(found.sort()).toEqual(revisions.map((revision) => Buffer.from(idOf(revision)).toString('hex')).sort());
      expect(countIds(database)).toBe(revisions.length);
    }),
    { numRuns: 40 },
  );
});

it('the rows are the same in whatever portions the ids were written', () => {
  fc.assert(
    fc.property(revisions, fc.array(revision, { maxLength: 4 }), (revisions, bounds) => {
      fill(revisions);
      const expected = rowsNow();
      fill(revisions, bounds);
      expect(rowsNow()).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

it('an era that is over is one run; the one that goes on has its blocks', () => {
  fill([0, 1, BLOCK_REVISIONS, ERA_REVISIONS - 1, ERA_REVISIONS, ERA_REVISIONS + BLOCK_REVISIONS]);
  expect(database.prepare('SELECT * FROM id_runs').all()).toEqual([
    { first: 0, revisions: ERA_REVISIONS },
    { first: ERA_REVISIONS, revisions: BLOCK_REVISIONS },
    { first: ERA_REVISIONS + BLOCK_REVISIONS, revisions: BLOCK_REVISIONS },
  ]);
});

it('bytes that only happen to stand across two ids are no id', () => {
  const offset = 0x1234;
  const inSameBucket = (one: Uint8Array, other: Uint8Array) => bucketOf(one, 10) === bucketOf(other, 10);
  let id: Buffer;
  let across: Buffer;
  do {
    id = randomBytes(16);
    across = Buffer.concat([id.subarray(4), Buffer.from([offset & 0xff, offset >> 8, 0, 0])]);
  } while (!inSameBucket(id, across));
  database.exec('DELETE FROM ids; DELETE FROM id_runs');
  new IdsWriter(database).write(id, [offset]);
  const table = new IdTable(database);
  expect(table.revisionOf(id)).toBe(offset);
  expect(table.revisionOf(across)).toBeUndefined();
});
