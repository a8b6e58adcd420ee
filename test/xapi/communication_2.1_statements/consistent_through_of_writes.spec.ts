import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

it.each(['POST', 'PUT', 'DELETE'])(
  '%s: the answer names an instant through which the store is consistent',
  async (method) => {
    const { headers } = await store.ask('/xapi/statements', { method, body: {} });
    expect(headers.get('x-experience-api-consistent-through')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  },
);

it.each(['GET', 'PUT', 'DELETE'])('%s: also the answer to a query that is not UTF-8', async (method) => {
  const { status, headers } = await store.ask('/xapi/statements?agent=%ff', { method });
  expect(status).toBe(method === 'DELETE' ? 405 : 400);
  expect(headers.get('x-experience-api-consistent-through')).toMatch(/Z$/);
});
