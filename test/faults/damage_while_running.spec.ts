import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answersOf, fill } from '../support/answers.ts';
import { withQuery } from '../support/client.ts';
import { newPoller } from '../support/load.ts';
import { anIdentified, STATEMENTS } from '../support/statements.ts';
import { type Asked, startTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
beforeEach(async () => {
  store = await startTestStore();
  await fill(store, 600);
  // All of it is in the tables now.
  await store.restart();
});
afterEach(() => store.close());

/** Overwrites everything but the first page, in place, as a failing disk does. */
function breakFile(name: string): void {
  const path = join(store.data, 'read', `${name}.sqlite`);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(statSync(path).size - 4_096, 0x5a), 0, undefined, 4_096);
  closeSync(file);
}

/** Asks until the answer is not 503 any more. */
async function askPatiently(path: string, asked?: Asked): Promise<number[]> {
  const statuses: number[] = [];
  for (;;) {
    const { status, headers } = await store.ask(path, asked);
    statuses.push(status);
    if (status !== 503) return statuses;
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    await sleep(20);
  }
}

it('found by a query: it is answered 503 until the read store is made anew, and no statement is lost', async () => {
  const before = await answersOf(store);
  breakFile('statements');
  const posted: string[] = [];
  const posting = (async () => {
    for (let i = 0; i < 40; i++) {
      const statement = anIdentified({
        actor: { mbox: 'mailto:learner-4@example.org' },
        verb: { id: 'http://example.org/x' },
      });
      expect((await askPatiently(STATEMENTS, { body: statement })).at(-1)).toBe(200);
      posted.push(statement.id);
    }
  })();
  const statuses = await askPatiently(withQuery(STATEMENTS, { verb: 'http://adlnet.gov/expapi/verbs/completed' }));
  expect(statuses[0]).toBe(503);
  expect(statuses.at(-1)).toBe(200);
  await posting;

  const poller = newPoller();
  await poller.poll(store.address);
  expect(posted.filter((id) => !poller.ids.includes(id))).toEqual([]);
  const after = await answersOf(store);
  for (const [question, answer] of before) {
    // The other questions' answers have the new statements, or the new head, in them.
    if (/^\/xapi\/(?!.*ascending)/.test(question)) expect(after.get(question)).toBe(answer);
  }
});

it('found by the writer among the statements: the store heals without a query', async () => {
  const [known] = (await store.ask(`${STATEMENTS}?limit=1`)).json.statements;
  breakFile('statements');
  const statuses = await askPatiently(STATEMENTS, { body: known });
  expect(statuses[0]).toBe(503);
  expect(statuses.at(-1)).toBe(200);
  expect((await answersOf(store)).size).toBeGreaterThan(0);
});

it('found by the writer among the documents: the store heals without a query', async () => {
  breakFile('documents');
  const path = withQuery('/xapi/activities/state', {
    activityId: 'https://example.org/courses/1',
    agent: { mbox: 'mailto:learner-1@example.org' },
    stateId: 'bookmark',
  });
  const statuses = await askPatiently(path, { method: 'PUT', body: { page: 1 }, headers: { 'if-match': '*' } });
  expect(statuses[0]).toBe(503);
  expect(statuses.at(-1)).toBe(204);
  expect((await store.ask(path)).json).toEqual({ page: 1 });
});

it('found when the newest statements are merged: the store heals by itself', async () => {
  breakFile('statements');
  const statement = anIdentified();
  expect((await store.ask(STATEMENTS, { body: statement })).status).toBe(200);
  while ((await store.ask('/ready')).status === 200) await sleep(20);
  await askPatiently('/ready');
  expect((await store.ask(withQuery(STATEMENTS, { statementId: statement.id }))).json).toMatchObject(statement);
  expect((await answersOf(store)).size).toBeGreaterThan(0);
});
