import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HELP } from '../../scripts/import/options.ts';
import { type FakeBehaviour, type FakeLrs, type PostedStatement, startFakeLrs } from '../support/fake_lrs.ts';

const SCRIPT = join(import.meta.dirname, '../../scripts/import.ts');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerline-import-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const running: FakeLrs[] = [];
afterEach(async () => {
  for (const lrs of running.splice(0)) await lrs.close();
});

async function lrsThat(behaviour: FakeBehaviour = {}): Promise<FakeLrs> {
  const lrs = await startFakeLrs(behaviour);
  running.push(lrs);
  return lrs;
}

function file(content: string | Buffer): string {
  const path = join(folder, crypto.randomUUID());
  writeFileSync(path, content);
  return path;
}

/** Runs the script to its end. `disturb` gets the process. */
function runImport(args: string[], input: string | Buffer = '', disturb?: (child: ChildProcess) => void) {
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; out: string; err: string }>();
  const env = { ...process.env, LEDGERLINE_KEY: 'key', LEDGERLINE_SECRET: 'secret' };
  const child = spawn(process.execPath, [SCRIPT, ...args], { env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.on('close', (code) => resolve({ code, out, err }));
  child.stdin.on('error', () => {}).end(input);
  disturb?.(child);
  return promise;
}

const statement = (number: number, rest: object = {}) => ({
  id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  actor: { mbox: `mailto:learner-${number % 7}@example.org` },
  ...rest,
});
const statements = (count: number) => Array.from({ length: count }, (_, index) => statement(index + 1));
const ndjson = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

const refuseBad = ({ bad }: PostedStatement) =>
  bad ? { property: '/actor/mbox', rule: 'must be a mailto IRI', spec: 'Data 2.4.2.3' } : undefined;

describe('an import', { timeout: 30_000 }, () => {
  it('brings every statement in, in batches, and ends with 0', async () => {
    const lrs = await lrsThat();
    const { code, out } = await runImport([file(ndjson(statements(230))), '--url', lrs.url]);
    expect(code).toBe(0);
    expect(out).toMatch(/^230 statements in, 0 refused, /);
    expect([...lrs.stored.values()]).toHaveLength(230);
    expect(lrs.bodies.map((body) => JSON.parse(body).length).sort()).toEqual([30, 50, 50, 50, 50]);
    expect(lrs.headers[0]).toMatchObject({ 'x-experience-api-version': '1.0.3', 'content-type': 'application/json' });
  });

  it('takes an array, a gzipped file and standard input as well', async () => {
    for (const content of [JSON.stringify(statements(60), null, 2), gzipSync(ndjson(statements(60)))]) {
      const fromFile = await lrsThat();
      expect(await runImport([file(content), '--url', fromFile.url])).toMatchObject({ code: 0 });
      expect([...fromFile.stored.values()]).toEqual(statements(60));
      const fromStdin = await lrsThat();
      expect(await runImport(['-', '--url', fromStdin.url], content)).toMatchObject({ code: 0 });
      expect(fromStdin.stored.size).toBe(60);
    }
  });

  it('posts the bytes that the file has', async () => {
    const lrs = await lrsThat();
    const line = '{"id":"a","result":{"score":{"raw":1.50}},"big":12345678901234567890,"text":"\\u00e9"}';
    await runImport([file(line), '--url', `${lrs.url}/`, '--xapi-version', '2.0.0']);
    expect(lrs.bodies).toEqual([`[${line}]`]);
    expect(lrs.headers[0]).toMatchObject({ 'x-experience-api-version': '2.0.0' });
  });

  it.each([true, false])(
    'gets the good lines in and reports each bad one (the store points: %s)',
    async (pointsAtStatement) => {
      const lrs = await lrsThat({ refuse: refuseBad, pointsAtStatement });
      const all = statements(120).map((each, index) => ([4, 16, 99].includes(index) ? { ...each, bad: true } : each));
      const report = join(folder, crypto.randomUUID());
      const text = ndjson(all).replace(/^.*learner-3@.*$/m, '{"id": broken}');
      const { code, out, err } = await runImport([file(text), '--url', lrs.url, '--report', report]);
      expect(code).toBe(1);
      expect(out).toMatch(/^116 statements in, 4 refused, /);
      expect(lrs.stored.size).toBe(116);
      const property = pointsAtStatement ? '/actor/mbox: ' : '';
      const lines = err.trim().split('\n').sort();
      expect(lines).toEqual([
        `line 100: ${property}must be a mailto IRI (Data 2.4.2.3)`,
        `line 17: ${property}must be a mailto IRI (Data 2.4.2.3)`,
        expect.stringMatching(/^line 3: not JSON: /),
        `line 5: ${property}must be a mailto IRI (Data 2.4.2.3)`,
      ]);
      const reported = readFileSync(report, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(reported.map(({ line }) => line).sort((one, other) => one - other)).toEqual([3, 5, 17, 100]);
      expect(reported.find(({ line }) => line === 17)).toMatchObject({
        id: statement(17).id,
        status: 400,
        code: 'invalid_statement',
        rule: 'must be a mailto IRI',
      });
    },
  );

  it('outlasts a busy store and lost connections', async () => {
    const lrs = await lrsThat({
      accident: (post) => {
        if (post === 1) return { status: 503, headers: { 'retry-after': '1' } };
        if (post === 2) return 'drop';
        return post === 3 ? 'drop after storing' : undefined;
      },
    });
    const { code, err } = await runImport([file(ndjson(statements(200))), '--url', lrs.url]);
    expect(code).toBe(0);
    expect([...lrs.stored.keys()].sort()).toEqual(statements(200).map(({ id }) => id));
    expect(err).toContain('the store answers 503');
    expect(err).toContain('no answer from the store');
  });

  it('ends with 2 at once when the credential is wrong', async () => {
    const lrs = await lrsThat();
    const path = file(ndjson(statements(500)));
    const { code, out, err } = await runImport([path, '--url', lrs.url, '--secret', 'other']);
    expect(existsSync(`${path}.import-state.json`)).toBe(false);
    expect(code).toBe(2);
    expect(out).toMatch(/^0 statements in/);
    expect(err).toContain('Key or secret is wrong');
    expect(lrs.bodies.length).toBeLessThanOrEqual(4);
  });

  it('ends with 2 when the array is cut off, with the elements before it in', async () => {
    const lrs = await lrsThat();
    const { code, err } = await runImport([file(JSON.stringify(statements(60)).slice(0, -1)), '--url', lrs.url]);
    expect(code).toBe(2);
    expect(err).toContain('it ends in the middle of element 60');
    expect(lrs.stored.size).toBe(50);
  });

  it('posts nothing in a dry run, and needs no credential', async () => {
    const { code, out, err } = await runImport([file(`${ndjson(statements(3))}[]\n`), '--dry-run']);
    expect({ code, err }).toEqual({ code: 1, err: 'line 4: not a JSON object\n' });
    expect(out).toMatch(/^3 statements can be posted, 1 refused, /);
  });
});

describe('a stopped import', { timeout: 30_000 }, () => {
  /** A double that holds back its fourth answer until the client is told to stop. */
  async function stopped(path: string, content: string, args: string[] = []) {
    writeFileSync(path, content);
    const reached = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    const lrs = await lrsThat({
      refuse: refuseBad,
      accident: async (post) => {
        if (post === 4) reached.resolve();
        if (post === 4) await told.promise;
        return undefined;
      },
    });
    const command = [path, '--url', lrs.url, '--batch', '10', '--connections', '1', ...args];
    const result = await runImport(command, '', async (child) => {
      child.stderr!.on('data', (text) => String(text).includes('stopping') && told.resolve());
      await reached.promise;
      child.kill('SIGINT');
    });
    return { lrs, command, result };
  }

  it('says how it goes on, and goes on where it stopped', async () => {
    const path = join(folder, crypto.randomUUID());
    const all = statements(100).map((each, index) => (index === 12 ? { ...each, bad: true } : each));
    const { lrs, command, result } = await stopped(path, ndjson(all));
    expect(result.code).toBe(2);
    expect(result.err).toContain('settled up to line 30; the same command resumes');
    expect(lrs.stored.size).toBe(29);
    const postsBefore = lrs.bodies.length;

    const resumed = await runImport(command);
    expect(resumed.code).toBe(1);
    expect(resumed.err).toContain('resuming after line 30');
    expect(resumed.out).toMatch(/^99 statements in, 1 refused, /);
    expect(lrs.stored.size).toBe(99);
    expect(lrs.bodies.length - postsBefore).toBe(7);
    expect(existsSync(`${path}.import-state.json`)).toBe(false);
  });

  it('begins anew when the file is another one by then', async () => {
    const path = join(folder, crypto.randomUUID());
    const { lrs, command } = await stopped(path, ndjson(statements(100)));
    writeFileSync(path, ndjson(statements(110)));
    const { err } = await runImport(command);
    expect(err).not.toContain('resuming');
    expect(lrs.stored.size).toBe(110);
  });

  it('doubles no statement without an id, whether it resumes or begins anew', async () => {
    const path = join(folder, crypto.randomUUID());
    const state = join(folder, crypto.randomUUID());
    const withoutIds = statements(100).map(({ actor }) => ({ actor }));
    const { lrs, command } = await stopped(path, ndjson(withoutIds), ['--state', state]);
    expect(existsSync(state)).toBe(true);
    await runImport(command);
    expect(lrs.stored.size).toBe(100);
    await runImport(command);
    expect(lrs.stored.size).toBe(100);
    await runImport(['-', '--url', lrs.url], gzipSync(readFileSync(path)));
    expect(lrs.stored.size).toBe(100);
  });
});

describe('the command line', { timeout: 30_000 }, () => {
  it('explains itself', async () => {
    expect(await runImport(['--help'])).toEqual({ code: 0, out: HELP, err: '' });
  });

  it.each([
    [['--batch', '0', 'file'], '--batch cannot be 0'],
    [['missing.ndjson'], 'ENOENT'],
  ])('%j is refused with 2: %s', async (args, why) => {
    const { code, err } = await runImport(args);
    expect(code).toBe(2);
    expect(err).toContain(why);
  });

  it('stops while it waits for its input', async () => {
    const lrs = await lrsThat();
    const { promise, resolve } = Promise.withResolvers<number | null>();
    const args = [SCRIPT, '-', '--url', lrs.url, '--key', 'key', '--secret', 'secret', '--batch', '10'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'ignore'] });
    child.on('close', resolve);
    child.stdin.on('error', () => {}).write(ndjson(statements(2000)));
    await expect.poll(() => lrs.stored.size, { timeout: 20_000 }).toBe(2000);
    child.kill('SIGINT');
    expect(await promise).toBe(2);
  });
});
