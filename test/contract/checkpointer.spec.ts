import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteLedger } from '../../src/ledger/sqlite.ts';
import { SqliteLedgerReader } from '../../src/ledger/sqlite_reader.ts';

const MIB = 1024 * 1024;
/** Of an append: a part of what begins a checkpoint. */
const BYTES = MIB / 4;

let folder: string;
let path: string;
let ledger: SqliteLedger;
let revision: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerline-checkpoints-'));
  path = join(folder, 'ledger.sqlite');
  ledger = new SqliteLedger(path);
  revision = -1;
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

async function append(mebibytes: number, between: () => Promise<void> = async () => {}): Promise<void> {
  for (let bytes = 0; bytes < mebibytes * MIB; bytes += BYTES) {
    const data = new Uint8Array(BYTES).fill(revision & 255);
    await ledger.append(revision, revision + 10, [{ id: 'x', type: 't', version: 1, credential: 'c', data }]);
    revision += 1;
    await between();
  }
}

const size = (suffix = '') => statSync(path + suffix).size;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(5);
}

describe('the log of the sqlite ledger', () => {
  it('comes into the file beside the appends, long before an append would have to do it', async () => {
    await append(3);
    await until(() => size() > 2 * MIB);
    expect(size('-wal')).toBeLessThan(8 * MIB);
  });

  it('begins anew, however much is appended', async () => {
    await append(80, () => wait(1));
    expect(size('-wal')).toBeLessThan(40 * MIB);
    expect(size()).toBeGreaterThan(40 * MIB);
  });

  it('keeps all while somebody reads, and comes into the file when he has ended', async () => {
    await append(1);
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec('BEGIN');
    const seen = reader.prepare('SELECT max(revision) AS last FROM events').get();
    await append(6, () => wait(1));
    expect(reader.prepare('SELECT max(revision) AS last FROM events').get()).toEqual(seen);
    expect(size()).toBeLessThan(3 * MIB);
    reader.close();
    await append(2);
    await until(() => size() > 7 * MIB);
  });

  it('is in the one file when the ledger is closed, byte for byte', async () => {
    await append(20);
    await ledger.close();
    expect(() => size('-wal')).toThrow(/ENOENT/);
    const reader = SqliteLedgerReader.open(path);
    for (let at = 0; at <= revision; at++) expect(new Set(reader.dataAt(at))).toEqual(new Set([(at - 1) & 255]));
    reader.close();
    ledger = new SqliteLedger(path);
    await append(1);
  });

  it('is the business of the appends alone where the thread cannot begin', async () => {
    const script = fileURLToPath(new URL('../support/exhausted_appends.ts', import.meta.url));
    const run = promisify(execFile);
    const { stdout } = await run('sh', ['-c', 'ulimit -n 48 && exec "$0" "$1"', process.execPath, script]);
    const { head, notices } = JSON.parse(stdout);
    expect(head).toEqual({ revision: 400, recorded: 401 });
    expect(notices).toEqual([expect.stringMatching(/^The ledger's log is written into its file by the appends/)]);
  });

  it('is closed once, by whoever closes first', async () => {
    await append(2);
    await ledger.close();
    await expect(ledger.close()).rejects.toThrow(/not open/);
    ledger = new SqliteLedger(path);
    await append(1);
  });

  it('makes no new file where the ledger was taken away', async () => {
    rmSync(path);
    await append(3, () => wait(5));
    expect(() => size()).toThrow(/ENOENT/);
  });
});
