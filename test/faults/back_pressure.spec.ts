import { afterAll, beforeAll, expect, it } from 'vitest';
import { newPoller } from '../support/load.ts';
import { anIdentified, idsOf, STATEMENTS } from '../support/statements.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

const REQUESTS = 60;
const SIZE = 10;

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({ LEDGERLINE_QUEUE_LIMIT: '25' });
});
afterAll(() => store.close());

it('answers 503 with Retry-After when the queue is full, and stores nothing of what it refused', async () => {
  const requests = Array.from({ length: REQUESTS }, () => Array.from({ length: SIZE }, () => anIdentified()));
  const post = (body: unknown) => store.ask(STATEMENTS, { body });
  const answers = await Promise.all(requests.map(post));

  const refused = answers.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(REQUESTS);
  for (const { headers, json } of refused) {
    expect(headers.get('retry-after')).toBe('1');
    expect(json.error.code).toBe('overloaded');
  }
  const acknowledged = requests.filter((_, i) => answers[i]!.status === 200).flatMap(idsOf);
  expect(acknowledged).toHaveLength((REQUESTS - refused.length) * SIZE);
  const poller = newPoller();
  await poller.poll(store.address);
  expect(poller.ids.toSorted()).toEqual(acknowledged.toSorted());

  for (const [i, request] of requests.entries())
    if (answers[i]!.status === 503) expect((await post(request)).status).toBe(200);
  await poller.poll(store.address);
  expect(poller.ids.toSorted()).toEqual(requests.flatMap(idsOf).toSorted());
});

it('takes a request that is larger than the whole queue when nothing waits', async () => {
  const { status } = await store.ask(STATEMENTS, { body: Array.from({ length: 100 }, () => anIdentified()) });
  expect(status).toBe(200);
});
