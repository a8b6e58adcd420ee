import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HELP } from '../../scripts/keys/options.ts';
import { lockData } from '../../src/main/data_lock.ts';
import { storePaths } from '../../src/main/paths.ts';
import { runScript } from '../support/server_process.ts';
import { aStatement, STATEMENTS } from '../support/statements.ts';
import { KEY, startTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const keys = (...args: string[]) => runScript('keys.ts', args, { LEDGERLINE_DATA: store.data });

/** Key and secret as `issue` has printed them. */
function issuedIn(output: string): { key: string; secret: string; authorization: string } {
  const [, key, secret] = /key {5}(\S+)\n {2}secret {2}(\S+)\n/.exec(output)!;
  return { key: key!, secret: secret!, authorization: `Basic ${btoa(`${key}:${secret}`)}` };
}

async function statuses(authorization: string): Promise<[get: number, post: number]> {
  const headers = { authorization };
  const get = await store.ask(STATEMENTS, { headers });
  const post = await store.ask(STATEMENTS, { headers, body: aStatement() });
  return [get.status, post.status];
}

describe('while the server runs', () => {
  it('issues a credential that is good at once, with its scopes and no others', async () => {
    const { code, output } = await keys(
      'issue',
      '--name',
      'moodle',
      '--scopes',
      'statements/write,statements/read/mine',
    );
    expect(code).toBe(0);
    const { authorization, key } = issuedIn(output);
    expect(await statuses(authorization)).toEqual([200, 200]);
    const writing = issuedIn((await keys('issue', '--name', 'writer', '--scopes', 'statements/write')).output);
    expect(await statuses(writing.authorization)).toEqual([403, 200]);

    const list = await keys('list');
    expect(list.code).toBe(0);
    expect(list.output.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['KEY', 'NAME', 'ISSUED', 'REVOKED', 'SCOPES', 'ROLES'],
      [KEY, 'first', expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ, revision 0$/), 'all'],
      [key, 'moodle', expect.stringMatching(/Z, revision 1$/), 'statements/write,statements/read/mine'],
      [writing.key, 'writer', expect.stringMatching(/Z, revision \d+$/), 'statements/write'],
      [''],
    ]);
  });

  it('issues a credential with roles alone, for /api and nothing else', async () => {
    const { output } = await keys('issue', '--name', 'hr', '--roles', 'agency-reader:unhq,policy-editor:*');
    expect(output).toContain('Issued for hr, with the roles agency-reader:unhq, policy-editor:*;');
    const { authorization, key } = issuedIn(output);
    expect(await statuses(authorization)).toEqual([403, 403]);
    expect((await store.ask('/api/learners/x/history', { headers: { authorization } })).status).toBe(404);
    expect((await keys('list')).output).toMatch(
      new RegExp(`${key} +hr +\\S+Z, revision \\d+ +agency-reader:unhq,policy-editor:\\*\n`),
    );
  });

  it('keeps no secret anywhere', async () => {
    const issued = issuedIn((await keys('issue', '--name', 'secret', '--scopes', 'all')).output);
    expect((await keys('list')).output).not.toContain(issued.secret);
    for (const file of ['ledger.sqlite', 'ledger.sqlite-wal', 'read/identity.sqlite', 'read/identity.sqlite-wal']) {
      expect(readFileSync(join(store.data, file)).includes(issued.secret), file).toBe(false);
    }
  });

  it('takes a key and a secret of the operator, once', async () => {
    const asked = ['issue', '--name', 'own', '--scopes', 'all', '--key', 'own-key', '--secret', 'own secret'];
    expect((await keys(...asked)).code).toBe(0);
    expect(await statuses(`Basic ${btoa('own-key:own secret')}`)).toEqual([200, 200]);
    expect(await keys(...asked)).toEqual({ code: 1, output: 'keys: There is or was a credential own-key.\n' });
  });

  it('revokes a credential: no request gets in with it any more', async () => {
    const { key, authorization } = issuedIn((await keys('issue', '--name', 'gone', '--scopes', 'all')).output);
    expect(await statuses(authorization)).toEqual([200, 200]);
    expect(await keys('revoke', key)).toEqual({
      code: 0,
      output: `${key} is revoked: no request gets in with it any more.\n`,
    });
    expect(await statuses(authorization)).toEqual([401, 401]);
    expect((await keys('list')).output).toMatch(
      new RegExp(`${key}  gone +\\S+Z, revision \\d+  \\S+Z, revision \\d+  all\n`),
    );
    expect((await keys('revoke', key)).code, 'again: it is so already').toBe(0);
    expect(await keys('revoke', 'nobody')).toEqual({ code: 1, output: 'keys: There is no credential nobody.\n' });
  });
});

describe('while no server runs', () => {
  it('issues, lists and revokes in the files, and the next start knows it', async () => {
    let issued = { key: '', authorization: '' };
    let revoked = issued;
    await store.restart(async () => {
      issued = issuedIn((await keys('issue', '--name', 'offline', '--scopes', 'all')).output);
      revoked = issuedIn((await keys('issue', '--name', 'short', '--scopes', 'all')).output);
      expect((await keys('revoke', revoked.key)).code).toBe(0);
      expect((await keys('list')).output).toContain('offline');
    });
    expect(await statuses(issued.authorization)).toEqual([200, 200]);
    expect(await statuses(revoked.authorization)).toEqual([401, 401]);
  });

  it('is not misled by the control file of a killed server', async () => {
    await store.restart(async () => {
      const { control } = storePaths(store.data);
      writeFileSync(control, JSON.stringify({ url: 'http://127.0.0.1:9', token: 'old', pid: 1 }));
      expect(await keys('list')).toMatchObject({ code: 0, output: expect.stringContaining(KEY) });
    });
    expect((await keys('list')).code).toBe(0);
  });

  it('says so when a process has the data that answers no commands', async () => {
    await store.restart(async () => {
      const lock = lockData(storePaths(store.data));
      const { code, output } = await keys('list');
      lock.release();
      expect(code).toBe(1);
      expect(output).toMatch(/^keys: A process is using the data folder .*: it may be a server that is starting/);
    });
  });

  it('does not take an empty folder, or none, for a store', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'ledgerline-empty-'));
    for (const data of [empty, join(empty, 'missing')]) {
      expect(await runScript('keys.ts', ['list'], { LEDGERLINE_DATA: data })).toEqual({
        code: 1,
        output: `keys: There is no store in ${data}: LEDGERLINE_DATA must name its data folder.\n`,
      });
    }
    rmSync(empty, { recursive: true });
  });
});

it('what is asked for wrongly ends with code 2, and --help tells how', async () => {
  expect(await keys('revoke')).toEqual({ code: 2, output: 'keys: KEY is missing (see --help)\n' });
  expect(await keys('--nam')).toMatchObject({ code: 2, output: expect.stringContaining("Unknown option '--nam'") });
  expect(await keys('--help')).toEqual({ code: 0, output: HELP });
});

describe('the control door', () => {
  const control = () => JSON.parse(readFileSync(storePaths(store.data).control, 'utf8'));

  async function knock(path: string, body: unknown, token = control().token) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(control().url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: response.status, ...((await response.json()) as object) };
  }

  it('opens only with the token of the data folder', async () => {
    expect(await knock('/credentials', {}, 'x'.repeat(64))).toMatchObject({ error: { code: 'unauthenticated' } });
    expect(await knock('/rebuild', {}, '')).toMatchObject({ error: { code: 'unauthenticated' } });
  });

  it.each([
    ['/credentials', {}, /^name: /],
    ['/credentials', [], /./],
    ['/credentials', { name: 'x', scopes: [] }, /^scopes: /],
    ['/credentials', { name: 'x', scopes: ['nothing'] }, /^scopes: /],
    ['/credentials', { name: 'x', roles: [] }, /^scopes: at least one scope or role/],
    ['/credentials', { name: 'x', roles: ['agency-editor'] }, /^roles: /],
    ['/credentials', { name: 'x', scopes: ['all'], key: 'a:b' }, /^key: /],
    ['/credentials', { name: 'x', scopes: ['all'], homePage: 'http://example.org' }, /homePage/],
    ['/credentials/revoke', { key: 1 }, /^key: /],
    ['/rebuild', { now: true }, /now/],
  ])('refuses what it cannot take: POST %s %j', async (path, body, message) => {
    expect(await knock(path, body)).toEqual({
      status: 400,
      error: { code: 'invalid_body', message: expect.stringMatching(message) },
    });
  });
});

describe('when a credential is revoked', () => {
  const revoked = async (scopes: string) => {
    const { output } = await keys('issue', '--name', 'short', '--scopes', scopes);
    return (await keys('revoke', issuedIn(output).key)).output;
  };

  it('it is said whether it was the last that may do everything', async () => {
    const said = 'It was the last that may do everything';
    expect(await revoked('all')).not.toContain(said);
    const { output } = await keys('list');
    const left = output.split('\n').filter((row) => / all$/.test(row) && row.match(/Z, revision/g)?.length === 1);
    const outputs: string[] = [];
    for (const row of left) outputs.push((await keys('revoke', row.split(' ')[0]!)).output);
    expect(outputs.map((text) => text.includes(said))).toEqual(left.map((_, i) => i === left.length - 1));
    expect(await revoked('statements/write')).not.toContain(said);
    expect(await revoked('all')).toContain(said);
  });
});
