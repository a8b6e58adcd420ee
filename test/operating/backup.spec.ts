import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCopy } from '../../scripts/backup/check_copy.ts';
import { BlobFiles } from '../../src/blobs/blob_files.ts';
import { command } from '../learning_http/given.ts';
import { answersOf, fill } from '../support/answers.ts';
import { type Asking, withQuery } from '../support/client.ts';
import { eventsOf, statementIdsOf } from '../support/ledger_events.ts';
import { noPosts, postAll } from '../support/load.ts';
import { anAttachment, postWithData, sha2 } from '../support/multipart.ts';
import { runScript, startServer } from '../support/server_process.ts';
import { anIdentified, STATEMENTS } from '../support/statements.ts';
import { ask, startTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
let folder: string;
let ledger: string;
beforeAll(async () => {
  store = await startTestStore();
  ledger = join(store.data, 'ledger.sqlite');
  folder = mkdtempSync(join(tmpdir(), 'ledgerline-backup-'));
  await fill(store, 300);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const backup = (file: string) => runScript('backup.ts', [file], { LEDGERLINE_DATA: store.data });

it('copies the ledger of a store under load as it is at one moment, and says what it has copied', async () => {
  const server = await startTestStore();
  await fill(server, 300);
  const file = join(folder, 'under-load.sqlite');
  const posts = noPosts();
  let done = false;
  const load = postAll(server.address, posts, [1, 1, 20, 50], () => done);
  const { code, output } = await runScript('backup.ts', [file], { LEDGERLINE_DATA: server.data });
  done = true;
  await load;
  expect(code, output).toBe(0);
  expect(posts.acknowledged.length).toBeGreaterThan(300);

  const copied = eventsOf(file);
  const all = eventsOf(join(server.data, 'ledger.sqlite'));
  expect(copied.length).toBeLessThan(all.length);
  expect(copied).toEqual(all.slice(0, copied.length));
  const hash = createHash('sha256');
  for (const { data } of copied) hash.update(data).update('\n');
  expect(output).toContain(`${file}: ${copied.length} events, head revision ${copied.length - 1}, recorded until `);
  expect(output).toContain(`sha256  ${hash.digest('hex')} (of the events' data)\n`);
  await server.close();
});

it('a new data folder with the copy and its blobs is the store as it was', async () => {
  const original = await startTestStore();
  await fill(original, 300);
  const evidence = randomBytes(200_000);
  const attached = anIdentified({ attachments: [anAttachment(evidence)] });
  expect((await postWithData(original, attached, evidence)).status).toBe(200);
  const picture = withQuery('/xapi/activities/profile', { activityId: 'https://example.org/a', profileId: 'picture' });
  const put = { method: 'PUT', body: evidence.subarray(0, 100_000), headers: { 'if-none-match': '*' } };
  expect((await original.ask(picture, put)).status).toBe(204);

  const file = join(folder, 'whole.sqlite');
  const { code, output } = await runScript('backup.ts', [file], { LEDGERLINE_DATA: original.data });
  expect(code, output).toBe(0);
  expect(output).toContain(`${file}.blobs: 2 blobs\nbytes   300000\n`);
  const restored = mkdtempSync(join(folder, 'restored-'));
  copyFileSync(file, join(restored, 'ledger.sqlite'));
  cpSync(`${file}.blobs`, join(restored, 'blobs'), { recursive: true });

  const server = await startServer(restored);
  const copy: Asking = { ask: (path, asked) => ask(server.address, path, asked) };
  expect(await answersOf(copy)).toEqual(await answersOf(original));
  for (const path of [withQuery(STATEMENTS, { statementId: attached.id, attachments: true }), picture]) {
    expect((await copy.ask(path)).bytes.includes(put.body), path).toBe(true);
  }
  await server.end('SIGTERM');

  const blob = join(original.data, 'blobs', sha2(evidence).slice(0, 2), sha2(evidence));
  for (const damage of [() => writeFileSync(blob, randomBytes(200_000)), () => rmSync(blob)]) {
    damage();
    const second = await runScript('backup.ts', [join(folder, 'second.sqlite')], { LEDGERLINE_DATA: original.data });
    expect(second.code).toBe(1);
    expect(second.output).toMatch(new RegExp(`^backup: The blob ${sha2(evidence)} is .*damaged\\.`));
    expect(readdirSync(folder).filter((name) => name.startsWith('second'))).toEqual([]);
  }
  await original.close();
});

it('copies what certificates and snapshots name', async () => {
  const original = await startTestStore();
  await command(original, 'PUT', '/agencies/agency-a', { name: 'Agency A' });
  await command(original, 'PUT', '/courses/safety', { title: 'Safety', editions: [], completion: [] });
  await command(original, 'POST', '/learners/P-1/certificates', {
    course: 'safety',
    issuer: 'Red Cross',
    completed: '2024-01-31',
    evidence: [{ contentType: 'text/plain', base64: Buffer.from('Safety').toString('base64') }],
  });
  const { digest } = await command(original, 'POST', '/snapshots', { snapshot: 'empty' });
  const file = join(folder, 'named.sqlite');
  const { code, output } = await runScript('backup.ts', [file], { LEDGERLINE_DATA: original.data });
  expect(code, output).toBe(0);
  const copied = new BlobFiles(`${file}.blobs`);
  expect([...copied.names()]).toEqual([digest, sha2(Buffer.from('Safety'))].sort());
  await original.close();
});

it('copies the ledger of a store that does not run', async () => {
  const file = join(folder, 'stopped.sqlite');
  await store.restart(async () => {
    expect(await backup(file)).toMatchObject({ code: 0 });
  });
  expect(statementIdsOf(file)).toEqual(statementIdsOf(ledger));
});

it('overwrites nothing', async () => {
  const file = join(folder, 'mine.txt');
  writeFileSync(file, 'mine');
  const { code, output } = await backup(file);
  expect(code).toBe(2);
  expect(output).toContain(`${file} exists already, and a backup overwrites nothing`);
  expect(readFileSync(file, 'utf8')).toBe('mine');
  mkdirSync(join(folder, 'other.blobs'));
  expect(await backup(join(folder, 'other'))).toMatchObject({ code: 2 });
});

it('begins anew where a killed backup has left its half', async () => {
  const file = join(folder, 'again.sqlite');
  writeFileSync(`${file}.partial`, 'half');
  expect(await backup(file)).toMatchObject({ code: 0 });
  expect(readdirSync(folder).filter((name) => name.startsWith('again'))).toEqual(['again.sqlite']);
});

it('leaves nothing behind where it cannot write', async () => {
  const file = join(folder, 'missing', 'copy.sqlite');
  expect(await backup(file)).toEqual({
    code: 1,
    output: expect.stringMatching(/^backup: unable to open database: .*\n$/),
  });
  expect(existsSync(join(folder, 'missing'))).toBe(false);
});

it('wants one FILE, and an embedded ledger', async () => {
  const run = (...args: string[]) => runScript('backup.ts', args, { LEDGERLINE_DATA: store.data });
  expect(await run()).toEqual({ code: 2, output: 'backup: FILE is missing (see --help)\n' });
  expect(await run('a', 'b')).toEqual({ code: 2, output: 'backup: b is too much (see --help)\n' });
  expect(await run('--help')).toMatchObject({ code: 0, output: expect.stringMatching(/^Usage: npm run backup/) });
  const memory = await startTestStore({ LEDGERLINE_LEDGER: 'memory' });
  const { code, output } = await runScript('backup.ts', [join(folder, 'm')], { LEDGERLINE_DATA: memory.data });
  expect({ code, output }).toEqual({ code: 1, output: 'backup: The ledger in memory cannot be backed up.\n' });
  await memory.close();
});

describe('the check of a copy', () => {
  const copyWith = (sql: string, file = ledger) => {
    const copy = join(mkdtempSync(join(folder, 'check-')), 'copy.sqlite');
    const live = new DatabaseSync(file, { readOnly: true });
    live.prepare('VACUUM INTO ?').run(copy);
    live.close();
    const database = new DatabaseSync(copy);
    database.exec('DROP TRIGGER events_are_dense; DROP TRIGGER events_are_kept; DROP TRIGGER events_are_immutable');
    database.exec(sql);
    database.close();
    return copy;
  };

  it('passes a good one, and one that ends before the ledger does', async () => {
    const shorter = await checkCopy(copyWith('DELETE FROM events WHERE revision > 100'), ledger, () => {});
    expect(shorter.head.revision).toBe(100);
    const whole = await checkCopy(copyWith(''), ledger, () => {});
    expect(whole.head.revision).toBe(eventsOf(ledger).length - 1);
    expect(whole.sha256).not.toBe(shorter.sha256);
  });

  it.each([
    ['a gap', 'DELETE FROM events WHERE revision = 50', 'revision 50: it is missing'],
    ['no beginning', 'DELETE FROM events WHERE revision < 2', 'revision 0: it is missing'],
    [
      'other data',
      `UPDATE events SET data = CAST('{}' AS BLOB) WHERE revision = 7`,
      "revision 7: it is not the ledger's",
    ],
    ['another id', `UPDATE events SET id = 'x' WHERE revision = 7`, "revision 7: it is not the ledger's"],
    [
      'a time that goes back',
      'UPDATE events SET recorded = 1 WHERE revision = 299',
      'revision 299: it was recorded before',
    ],
  ])('finds %s', async (_what, sql, message) => {
    await expect(checkCopy(copyWith(sql), ledger, () => {})).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining(`The copy is not good at ${message}`),
    });
  });

  it.each([
    ['an unknown type', `UPDATE events SET type = 'x' WHERE revision = 9`, 'does not know the event x version 1'],
    ['a later version', 'UPDATE events SET version = 9 WHERE revision = 9', 'statement-stored version 9'],
    ['data that is no JSON', `UPDATE events SET data = x'00' WHERE revision = 9`, 'is not JSON'],
    ['data that breaks the schema', `UPDATE events SET data = CAST('{}' AS BLOB) WHERE revision = 9`, 'must have'],
  ])('finds %s, also where the ledger has it', async (_what, sql, message) => {
    await expect(checkCopy(copyWith(sql), copyWith(sql), () => {})).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(new RegExp(`at revision 9: .*${message}`)),
    });
  });

  it('finds a copy that is longer than the ledger', async () => {
    await expect(
      checkCopy(ledger, copyWith('DELETE FROM events WHERE revision > 100'), () => {}),
    ).rejects.toMatchObject({ message: expect.stringContaining('revision 101') });
  });
});

it('neither the store nor the copy can be read by others than its user and group', async () => {
  const data = join(folder, 'private');
  const server = await startServer(data);
  expect((await ask(server.address, STATEMENTS, { method: 'POST', body: anIdentified() })).status).toBe(200);
  const file = join(folder, 'private.sqlite');
  expect((await runScript('backup.ts', [file], { LEDGERLINE_DATA: data })).code).toBe(0);
  await server.end('SIGTERM');
  const files = readdirSync(data, { recursive: true, withFileTypes: true });
  expect(files.length).toBeGreaterThan(5);
  for (const path of [file, data, ...files.map(({ parentPath, name }) => join(parentPath, name))]) {
    expect([path, statSync(path).mode & 0o007]).toEqual([path, 0]);
  }
});
