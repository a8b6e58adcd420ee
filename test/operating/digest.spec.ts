import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { digestOf, PROJECTION_TABLES } from '../../src/read_store/digest.ts';
import { DOCUMENT_GROUP, IDENTITY_GROUP } from '../../src/read_store/row_tables.ts';
import { STATEMENT_TABLES } from '../../src/read_store/statement_tables.ts';

const FILES = { statements: STATEMENT_TABLES, identity: IDENTITY_GROUP.schema, documents: DOCUMENT_GROUP.schema };

it.each(Object.entries(FILES))('every table of the file %s belongs to a projection', (name, { tables }) => {
  const database = new DatabaseSync(':memory:');
  database.exec(tables);
  const made = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const digested = PROJECTION_TABLES.filter(({ file }) => file === name).flatMap((projection) => projection.tables);
  expect(new Set(digested)).toEqual(new Set(made.map((table) => table.name)));
});

const TABLE = 'CREATE TABLE t (a TEXT, b INTEGER, c BLOB, d INTEGER, PRIMARY KEY (b, a)) STRICT';

function digest(rows: readonly (readonly (string | number | bigint | Uint8Array | null)[])[]): string {
  const database = new DatabaseSync(':memory:');
  database.exec(TABLE);
  const insert = database.prepare('INSERT INTO t VALUES (?, ?, ?, ?)');
  for (const row of rows) insert.run(...row);
  return digestOf(database, ['t'], () => {});
}

it('the digest depends on the rows, not on the order in which they were written', () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => [`${i % 7}`, BigInt(i) * 10n ** 14n, null, i] as const);
  expect(digest(rows.toReversed())).toBe(digest(rows));
  expect(digest(rows.slice(0, -1))).not.toBe(digest(rows));
  expect(digest(rows.with(5_000, ['0', 5_000n * 10n ** 14n, null, 5_001]))).not.toBe(digest(rows));
});

it('the digest of a table whose rows fill whole chunks is that of all of them', () => {
  const rows = Array.from({ length: 8_192 }, (_, i) => ['x', i, null, 0] as const);
  const digests = [4_095, 4_096, 4_097, 8_191, 8_192].map((length) => digest(rows.slice(0, length)));
  expect(new Set(digests).size).toBe(digests.length);
});

it.each([
  ['texts that differ behind a NUL character', ['a\0b', 1, null, 1], ['a\0c', 1, null, 1]],
  ['NULL and nothing', ['a', 1, null, 1], ['a', 1, new Uint8Array(), 1]],
  ['NULL and zero', ['a', 1, null, null], ['a', 1, null, 0]],
  ['values that read alike when joined', ["a','1", 1, null, 1], ['a', 1, new Uint8Array([0x31]), 1]],
])('the digest tells apart %s', (_what, one, other) => {
  expect(digest([one])).not.toBe(digest([other]));
});
