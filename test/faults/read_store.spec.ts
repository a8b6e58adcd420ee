import { copyFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answersOf, fill } from '../support/answers.ts';
import { aStatement, STATEMENTS } from '../support/statements.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
let answers: Map<string, string>;
beforeAll(async () => {
  store = await startTestStore();
  await fill(store, 600);
  answers = await answersOf(store);
});
afterAll(() => store.close());

const file = (name: string) => join(store.data, 'read', `${name}.sqlite`);
const half = (path: string) => truncateSync(path, statSync(path).size / 2);
const garbage = (path: string) => writeFileSync(path, Buffer.alloc(statSync(path).size, 0x5a));

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

describe.each(['statements', 'identity', 'documents'])('the file %s of a stopped store', (name) => {
  it.each([
    ['deleted', rmSync],
    ['cut in half', half],
    ['empty', (path: string) => truncateSync(path, 0)],
    ['overwritten with garbage', garbage],
    ['without a table', (path: string) => change(path, `DROP TABLE ${{ statements: 'ids' }[name] ?? TABLE[name]}`)],
  ])('%s: the next start answers as before', async (_what, damage) => {
    await store.restart(() => damage(file(name)));
    expect(await answersOf(store)).toEqual(answers);
  });

  // The rows that are deleted show that the file is made anew, not used.
  it.each([
    ['of an older version of the code', `UPDATE meta SET value = '${name} 0' WHERE name = 'schema'`],
    ['left open when the machine went down', `UPDATE meta SET value = 'another boot' WHERE name = 'open_since_boot'`],
  ])('%s: the next start makes it anew', async (_what, sql) => {
    await store.restart(() => change(file(name), `${sql}; DELETE FROM ${TABLE[name]}`));
    expect(await answersOf(store)).toEqual(answers);
  });
});

const TABLE: Record<string, string> = { statements: 'postings', identity: 'credentials', documents: 'documents' };

describe('the read store of a stopped store', () => {
  it('deleted as a whole: the next start answers as before', async () => {
    await store.restart(() => rmSync(join(store.data, 'read'), { recursive: true }));
    expect(await answersOf(store)).toEqual(answers);
  });

  it('ahead of a ledger that was put back to an earlier state: it is made anew', async () => {
    const earlier = join(store.data, 'earlier.sqlite');
    await store.restart(() => copyFileSync(join(store.data, 'ledger.sqlite'), earlier));
    await fill(store, 50);
    await store.restart(() => copyFileSync(earlier, join(store.data, 'ledger.sqlite')));
    expect(await answersOf(store)).toEqual(answers);
    expect((await store.ask(STATEMENTS, { body: aStatement() })).status).toBe(200);
  });

  it('made from another ledger than the one that is there now: it is made anew', async () => {
    const other = await startTestStore();
    await fill(other, 1_000);
    const expected = await answersOf(other);
    await other.restart(() =>
      store.restart(() => copyFileSync(join(other.data, 'ledger.sqlite'), join(store.data, 'ledger.sqlite'))),
    );
    expect(await answersOf(store)).toEqual(expected);
    await other.close();
  });
});

it('the read store of a ledger in memory does not outlive it', async () => {
  const memory = await startTestStore({ LEDGERLINE_LEDGER: 'memory' });
  await fill(memory, 30);
  await memory.restart();
  expect((await memory.ask(STATEMENTS)).json.statements).toEqual([]);
  expect((await memory.ask(STATEMENTS, { body: aStatement() })).status).toBe(200);
  await memory.close();
});
