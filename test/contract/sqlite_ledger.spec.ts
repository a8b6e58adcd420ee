import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteLedger } from '../../src/ledger/sqlite.ts';
import { SqliteLedgerReader } from '../../src/ledger/sqlite_reader.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ledgerline-sqlite-'));
  path = join(directory, 'ledger.sqlite');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const event = { type: 'tested', version: 1, credential: 'tester', data: new Uint8Array([1]) };

async function withThreeEvents(): Promise<void> {
  const ledger = new SqliteLedger(path);
  await ledger.append(
    -1,
    5,
    ['a', 'b', 'c'].map((id) => ({ ...event, id })),
  );
  await ledger.close();
}

describe('the file of the sqlite ledger', () => {
  it.each([
    ['UPDATE', 'UPDATE events SET data = data WHERE revision = 1', /never changes/],
    ['DELETE', 'DELETE FROM events WHERE revision = 2', /never deletes/],
    ['an INSERT that leaves a gap', "INSERT INTO events VALUES (4, 'x', 't', 1, 9, 'c', x'00')", /next revision only/],
    ['an INSERT before the first', "INSERT INTO events VALUES (-1, 'x', 't', 1, 9, 'c', x'00')", /next revision only/],
    [
      'an INSERT without a revision',
      "INSERT INTO events VALUES (NULL, 'x', 't', 1, 9, 'c', x'00')",
      /next revision only/,
    ],
    ['INSERT OR REPLACE', "INSERT OR REPLACE INTO events VALUES (1, 'x', 't', 1, 9, 'c', x'00')", /next revision only/],
    [
      'an upsert',
      "INSERT INTO events VALUES (1, 'x', 't', 1, 9, 'c', x'00') ON CONFLICT DO UPDATE SET id = 'y'",
      /next revision only/,
    ],
  ])('refuses %s by itself', async (_what, sql, reason) => {
    await withThreeEvents();
    const database = new DatabaseSync(path);
    expect(() => database.exec(sql)).toThrow(reason);
    database.close();
    const reader = SqliteLedgerReader.open(path);
    expect(reader.portion(0).map((read) => read.id)).toEqual(['a', 'b', 'c']);
    reader.close();
  });

  it('is written with WAL and an fsync for each commit', async () => {
    await withThreeEvents();
    const database = new DatabaseSync(path);
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
  });

  it('goes on behind the last revision when it is opened again', async () => {
    await withThreeEvents();
    const ledger = new SqliteLedger(path);
    expect(await ledger.head()).toEqual({ revision: 2, recorded: 5 });
    await ledger.append(2, 6, [{ ...event, id: 'd' }]);
    expect(await ledger.head()).toEqual({ revision: 3, recorded: 6 });
    await ledger.close();
  });

  it('a reader in another connection sees each append as soon as it has resolved', async () => {
    await withThreeEvents();
    const ledger = new SqliteLedger(path);
    const reader = SqliteLedgerReader.open(path);
    await ledger.append(2, 6, [{ ...event, id: 'd' }]);
    expect(reader.head()).toEqual({ revision: 3, recorded: 6 });
    expect([...reader.dataAt(3)!]).toEqual([1]);
    expect(reader.dataAt(4)).toBeUndefined();
    reader.close();
    await ledger.close();
  });

  it('does not take another file for a ledger', () => {
    writeFileSync(path, 'this is a text, not a database, and it is long enough to have a header of its own');
    expect(() => new SqliteLedger(path)).toThrow(expect.objectContaining({ code: 'damaged' }));
    const other = join(directory, 'other.sqlite');
    const database = new DatabaseSync(other);
    database.exec('CREATE TABLE something (x)');
    database.close();
    expect(() => new SqliteLedger(other)).toThrow(expect.objectContaining({ code: 'damaged' }));
    expect(() => SqliteLedgerReader.open(other)).toThrow(expect.objectContaining({ code: 'damaged' }));
  });
});
