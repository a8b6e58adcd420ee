import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
  await store.ask('/api/agencies/agency-a', { method: 'PUT', body: { name: 'Agency A' } });
});
afterAll(() => store.close());

const CSV = 'person,agency,from,to,grade\nP-1,agency-a,2020-01-01,2021-12-31,P3\nP-1,agency-a,2022-01-01,,P4\n';
const send = (csv: string, dryRun = false) =>
  store.ask(`/api/roster?dryRun=${dryRun}`, { method: 'POST', body: { csv } });
const gradeOn = async (day: string) => {
  const { json } = await store.ask(`/api/people/P-1?asOf=${day}`);
  return json.facts?.find(({ name }: { name: string }) => name === 'grade')?.value;
};

it('a dry run tells what would change, and records nothing', async () => {
  const { json } = await send(CSV, true);
  expect([json.recorded, json.unchanged, json.changes.length]).toEqual([4, 0, 4]);
  expect((await store.ask('/api/people/P-1')).status).toBe(404);
});

it('a CSV is recorded whole, and the same once more changes nothing', async () => {
  const first = (await send(CSV)).json;
  expect([first.recorded, first.unchanged]).toEqual([4, 0]);
  expect([await gradeOn('2021-12-31'), await gradeOn('2022-01-01')]).toEqual(['P3', 'P4']);
  const again = (await send(CSV)).json;
  expect([again.recorded, again.unchanged, again.revision]).toEqual([0, 4, first.revision]);
});

it('every wrong line is told, and nothing is recorded', async () => {
  const { status, json } = await send(`${CSV}P-2,agency-a,2024-02-30,,P4\nP-3,agency-a,2024-01-01,2023-01-01,P4\n`);
  expect([status, json.error.code, json.error.property]).toEqual([400, 'invalid_body', '/csv']);
  expect(json.error.message).toMatch(/line 4, from.*line 5, to/);
  const unknown = await send('person,agency,from\nP-4,agency-a,2024-01-01\nP-4,agency-z,2024-01-01\n');
  expect([unknown.status, unknown.json.error.property]).toEqual([400, '/facts/1/agency']);
  for (const person of ['P-2', 'P-3', 'P-4']) expect((await store.ask(`/api/people/${person}`)).status).toBe(404);
});
