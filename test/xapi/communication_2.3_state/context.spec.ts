import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentsOf, STATE } from '../../support/documents.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

/** The states of one activity and agent: without registration, and under two. */
async function inRegistrations() {
  const bare = documentsOf(store, STATE);
  const [one, two] = [randomUUID(), randomUUID()].map((registration) =>
    documentsOf(store, STATE, { ...bare.context, registration }),
  ) as [typeof bare, typeof bare];
  await bare.create('shared', 'bare');
  await one.create('shared', 'one');
  await two.create('shared', 'two');
  await two.create('other', 'two');
  return { bare, one, two };
}

describe('Communication 2.3 the context of states', () => {
  it('XAPI-00218, XAPI-00220, XAPI-00227 a registration is part of the name of a document', async () => {
    const { bare, one, two } = await inRegistrations();
    expect((await bare.get('shared')).text).toBe('bare');
    expect((await one.get('shared')).text).toBe('one');
    expect((await two.get('shared')).text).toBe('two');
    expect((await bare.get('other')).status).toBe(404);
    await one.post('merged', { a: 1 });
    await one.post('merged', { b: 2 });
    expect((await one.get('merged')).json).toEqual({ a: 1, b: 2 });
    expect((await two.get('merged')).status).toBe(404);
  });

  it('a registration is one UUID in any case', async () => {
    const { one } = await inRegistrations();
    const registration = String(one.context.registration).toUpperCase();
    const upper = documentsOf(store, STATE, { ...one.context, registration });
    expect((await upper.get('shared')).text).toBe('one');
  });

  it('XAPI-00193 ids are those of the registration, or without one of all; each once', async () => {
    const { bare, one, two } = await inRegistrations();
    expect((await one.list()).json).toEqual(['shared']);
    expect((await two.list()).json).toEqual(['other', 'shared']);
    expect((await bare.list()).json).toEqual(['other', 'shared']);
  });

  it('XAPI-00219 a DELETE with an id and a registration removes that one', async () => {
    const { bare, one, two } = await inRegistrations();
    expect((await two.remove('shared')).status).toBe(204);
    expect((await two.list()).json).toEqual(['other']);
    expect((await bare.get('shared')).text).toBe('bare');
    expect((await one.get('shared')).text).toBe('one');
    expect((await bare.remove('shared')).status).toBe(204);
    expect((await one.get('shared')).text).toBe('one');
  });

  it('XAPI-00194 a DELETE without id removes all of the registration', async () => {
    const { bare, one, two } = await inRegistrations();
    const removed = await two.remove(undefined);
    expect([removed.status, removed.text]).toEqual([204, '']);
    expect((await two.list()).json).toEqual([]);
    expect((await one.list()).json).toEqual(['shared']);
    expect((await bare.get('shared')).text).toBe('bare');
  });

  it('XAPI-00194 a DELETE without id and registration removes all of activity and agent, and nothing else', async () => {
    const { bare, one, two } = await inRegistrations();
    const neighbours = [
      documentsOf(store, STATE, { ...bare.context, activityId: `${bare.context.activityId}/2` }),
      documentsOf(store, STATE, { ...bare.context, agent: { mbox: `mailto:${randomUUID()}@example.org` } }),
    ];
    for (const neighbour of neighbours) await neighbour.create('shared', 'neighbour');
    expect((await bare.remove(undefined)).status).toBe(204);
    for (const gone of [bare, one, two]) expect((await gone.list()).json).toEqual([]);
    for (const neighbour of neighbours) expect((await neighbour.get('shared')).text).toBe('neighbour');
    expect((await bare.remove(undefined)).status).toBe(204);
    await store.restart();
    expect((await two.list()).json).toEqual([]);
    expect((await neighbours[0]!.get('shared')).text).toBe('neighbour');
  });
});
