import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

it('stores a statement and gives it back', async () => {
  const statement = {
    actor: { mbox: 'mailto:learner-1@example.org' },
    verb: { id: 'http://adlnet.gov/expapi/verbs/completed' },
    object: { id: 'https://example.org/course/1' },
  };
  const posted = await store.ask('/xapi/statements', { body: statement });
  expect(posted.status).toBe(200);
  const got = await store.ask(`/xapi/statements?statementId=${posted.json[0]}`);
  expect(got.json).toMatchObject(statement);
  await store.restart();
  expect((await store.ask('/xapi/statements')).json.statements).toHaveLength(1);
});
