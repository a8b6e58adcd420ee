import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript, startScript } from '../support/server_process.ts';
import { KEY, SECRET, startTestStore, type TestStore } from '../support/store.ts';

let temporary: string;
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'ledgerline-demo-test-'));
});
afterAll(() => rmSync(temporary, { recursive: true }));

const SMALL = ['--people', '60'];

/** Asks what a printed line of the shell asks. */
async function asked(line: string): Promise<{ readonly status: number; readonly json: unknown }> {
  const [, credential, url] = /curl -u '?(.+?)'? '?(http[^\s']+)'?$/.exec(line)!;
  const answer = await fetch(url!, { headers: { authorization: `Basic ${btoa(credential!)}` } });
  return { status: answer.status, json: await answer.json() };
}

const linksIn = (output: string) => output.split('\n').filter((line) => line.includes('curl -u'));

describe('npm run demo', () => {
  it('starts a store, prints three links that answer, and leaves nothing behind after Ctrl-C', async () => {
    const demo = startScript('demo.ts', [...SMALL, '--port', '0'], { TMPDIR: temporary });
    while (!demo.output().includes('goes on running')) {
      await Promise.race([once(demo.process.stdout!, 'data'), demo.ended.then(({ output }) => Promise.reject(output))]);
    }
    expect(readdirSync(temporary)).toHaveLength(1);
    const links = linksIn(demo.output());
    expect(links).toHaveLength(3);
    const answers = await Promise.all(links.map(asked));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { agencies } = answers[1]!.json as { agencies: { statuses: { status: string }[] }[] };
    const statuses = new Set(agencies.flatMap((one) => one.statuses.map(({ status }) => status)));
    expect(statuses.size).toBeGreaterThanOrEqual(3);

    const address = new URL(/http:[^/]*\/\/[^/]+/.exec(links[0]!)![0]).origin;
    // So small a population ends before the revision that the README asks about.
    const written = linksIn(readFileSync('README.md', 'utf8')).filter((line) => line.includes(':demo '));
    const here = written.map((line) => line.replace('http://127.0.0.1:8080', address).replace('=60000', '=600'));
    expect((await Promise.all(here.map(asked))).map(({ status }) => status)).toEqual([200, 200, 200]);

    demo.process.kill('SIGINT');
    expect(await demo.ended).toMatchObject({ code: 0 });
    expect(readdirSync(temporary)).toEqual([]);
    await expect(asked(links[0]!)).rejects.toThrow();
  });

  it('ends with --exit, keeps a folder that was named, and makes no second store in it', async () => {
    const data = join(temporary, 'kept');
    const args = ['--people', '5', '--port', '0', '--data', data, '--exit'];
    expect(await runScript('demo.ts', args, {})).toMatchObject({ code: 0 });
    expect(existsSync(join(data, 'ledger.sqlite'))).toBe(true);
    const again = await runScript('demo.ts', args, {});
    expect(again).toMatchObject({ code: 2, output: expect.stringContaining(`There is a store in ${data}`) });
    rmSync(data, { recursive: true });
  });

  it('removes what it made when it is stopped while it loads', async () => {
    const demo = startScript('demo.ts', ['--people', '20000', '--port', '0'], { TMPDIR: temporary });
    while (readdirSync(temporary).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    demo.process.kill('SIGINT');
    const { code, output } = await demo.ended;
    expect(output).toContain('Stopped before all was loaded.');
    expect(code).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('beside a store that runs', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await startTestStore();
  });
  afterAll(() => store.close());

  it('says that its port is in use', async () => {
    const { port } = new URL(store.address);
    const { code, output } = await runScript('demo.ts', [...SMALL, '--port', port], { TMPDIR: temporary });
    expect(output).toContain(`Port ${port} is in use: choose another with --port`);
    expect(code).toBe(1);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('loads it with --url, with the credential that it is given', async () => {
    const given = { LEDGERLINE_KEY: KEY, LEDGERLINE_SECRET: SECRET };
    const { code, output } = await runScript('demo.ts', [...SMALL, '--url', store.address], given);
    expect({ code, output }).toMatchObject({ code: 0 });
    const answers = await Promise.all(linksIn(output).map(asked));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
