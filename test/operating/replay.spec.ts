import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PROJECTION_TABLES } from '../../src/read_store/digest.ts';
import { answersOf, fill } from '../support/answers.ts';
import { noPosts, postAll } from '../support/load.ts';
import { runScript } from '../support/server_process.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

const PROJECTIONS = PROJECTION_TABLES.map(({ projection }) => projection);

let store: TestStore;
let answers: Map<string, string>;
beforeAll(async () => {
  store = await startTestStore();
  await fill(store, 600);
  answers = await answersOf(store);
});
beforeEach(() => store.restart());
afterAll(() => store.close());

const replay = () => runScript('replay.ts', [], { LEDGERLINE_DATA: store.data });
const file = (name: string) => join(store.data, 'read', `${name}.sqlite`);

function change(name: string, sql: string): void {
  const database = new DatabaseSync(file(name));
  database.exec(`PRAGMA busy_timeout = 5000; ${sql}`);
  database.close();
}

/** What the output says of each projection: `equal` or `DIFFERENT`. */
function verdictsIn(output: string): string[][] {
  const lines = output.matchAll(/^(\w+) +(equal [0-9a-f]{64}$|DIFFERENT: )/gm);
  return Array.from(lines, ([, projection, verdict]) => [projection!, verdict!.split(/[ :]/)[0]!]);
}

const allEqual = PROJECTIONS.map((projection) => [projection, 'equal']);
const different = (...names: string[]) =>
  PROJECTIONS.map((projection) => [projection, names.includes(projection) ? 'DIFFERENT' : 'equal']);

it('says equal of a store that runs, and leaves nothing behind', async () => {
  const { code, output } = await replay();
  expect(verdictsIn(output)).toEqual(allEqual);
  expect(output).toMatch(/\nequal, up to revision 601\n$/);
  expect(code).toBe(0);
  expect(readdirSync(join(store.data, 'read')).filter((name) => !/^\w+\.sqlite(-wal|-shm)?$/.test(name))).toEqual([
    'tail',
  ]);
});

it('says equal of a store that is stopped', async () => {
  await store.restart(async () => {
    const { code, output } = await replay();
    expect(verdictsIn(output)).toEqual(allEqual);
    expect(code).toBe(0);
  });
});

it('says equal of a store under load', async () => {
  const busy = await startTestStore();
  await fill(busy, 300);
  await busy.restart();
  const posts = noPosts();
  let done = false;
  const load = postAll(busy.address, posts, [1, 1, 20, 50], () => done);
  const keys = runScript('keys.ts', ['issue', '--name', 'x', '--scopes', 'all'], { LEDGERLINE_DATA: busy.data });
  const { code, output } = await runScript('replay.ts', [], { LEDGERLINE_DATA: busy.data });
  done = true;
  await Promise.all([load, keys]);
  expect(verdictsIn(output)).toEqual(allEqual);
  expect(code, output).toBe(0);
  await busy.close();
});

describe('where the live read store says something else', () => {
  it.each([
    ['statement_index', { statements: "DELETE FROM postings WHERE name LIKE 'v %' AND block = 0" }],
    [
      'learner_history, activities',
      { statements: 'UPDATE history SET at = at + 1 WHERE revision = 300; UPDATE activities SET print = 1' },
    ],
    [
      'credentials, documents',
      { identity: 'UPDATE credentials SET revoked = 1', documents: "UPDATE documents SET etag = 'x'" },
    ],
  ])('in %s: the running server makes it anew', async (projections, changes) => {
    for (const [name, sql] of Object.entries(changes)) change(name, sql);
    const { code, output } = await replay();
    expect(verdictsIn(output)).toEqual(different(...projections.split(', ')));
    expect(output).toMatch(
      /\nDIFFERENT\nThe running server makes .*\nDone: the read store holds everything up to revision 601\.\n$/,
    );
    expect(code).toBe(1);
    expect(await answersOf(store)).toEqual(answers);
  });

  it('the next replay finds them equal', async () => {
    expect(await replay()).toMatchObject({ code: 0 });
  });

  it('the next start makes it anew, when no server runs', async () => {
    await store.restart(async () => {
      change('statements', 'DELETE FROM referrers');
      const { code, output } = await replay();
      expect(verdictsIn(output)).toEqual(different('statement_index'));
      expect(output).toMatch(/\nDIFFERENT\nThe read store is deleted; the next start makes it anew\.\n$/);
      expect(code).toBe(1);
      expect(existsSync(join(store.data, 'read'))).toBe(false);
    });
    expect(await answersOf(store)).toEqual(answers);
  });
});

it.each([
  ['missing', () => rmSync(file('statements'))],
  ['of another version', () => change('identity', "UPDATE meta SET value = 'identity 0' WHERE name = 'schema'")],
  ['missing as a whole', () => rmSync(join(store.data, 'read'), { recursive: true })],
])('a file that is %s is no proof of anything: the read store is made anew', async (_what, damage) => {
  await store.restart(async () => {
    damage();
    const { code, output } = await replay();
    expect(verdictsIn(output)).toEqual(PROJECTIONS.map((projection) => [projection, 'DIFFERENT']));
    expect(code).toBe(1);
  });
  expect(await answersOf(store)).toEqual(answers);
});

it('removes what a killed replay has left, and not what another one is working on', async () => {
  for (const pid of [process.pid, 2 ** 22 + 1]) mkdirSync(join(store.data, 'read', `replay-${pid}`));
  expect(await replay()).toMatchObject({ code: 0 });
  const left = readdirSync(join(store.data, 'read')).filter((name) => name.startsWith('replay'));
  expect(left).toEqual([`replay-${process.pid}`]);
});

// The last, for it stores something.
it('compares what was stored a moment ago, too: the running server merges its tail first', async () => {
  const fresh = await startTestStore();
  await fill(fresh, 50);
  const { output } = await runScript('replay.ts', [], { LEDGERLINE_DATA: fresh.data });
  expect(output).toContain(`\nequal, up to revision ${fresh.running.store.revision}\n`);
  await fresh.close();
});
