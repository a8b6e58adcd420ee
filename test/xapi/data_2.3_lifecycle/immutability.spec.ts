import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getStatements, post, withHeaders } from '../../support/client.ts';
import { anIdentified, type Posted, STATEMENTS } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const agent = (name: string) => ({ mbox: `mailto:${name}@example.org` });
const full = () =>
  anIdentified({
    actor: { objectType: 'Group', member: [agent('a'), agent('b')], name: 'Both' },
    verb: { id: 'https://example.org/verb', display: { en: 'did' } },
    object: { id: 'https://example.org/activity', definition: { name: { en: 'It' } } },
    result: { score: { raw: 1, max: 2 }, duration: 'PT1.50S', extensions: { 'https://example.org/list': [1, 2] } },
    context: {
      registration: 'ec531277-b57b-4c15-8d91-d292c5b2b8f7',
      contextActivities: { parent: { id: 'https://example.org/parent' } },
    },
    timestamp: '2024-05-06T07:08:09.123Z',
  });

const same: [string, (sent: Posted) => Posted][] = [
  ['itself', (sent) => sent],
  ['its members in another order', (sent) => Object.fromEntries(Object.entries(sent).reverse())],
  [
    'the members of its group in another order',
    (sent) => ({ ...sent, actor: { ...sent.actor, member: [agent('b'), agent('a')] } }),
  ],
  ['another display of the verb', (sent) => ({ ...sent, verb: { id: sent.verb.id } })],
  [
    'another definition of the activity',
    (sent) => ({ ...sent, object: { ...sent.object, definition: { name: { de: 'Es' } } } }),
  ],
  [
    'the type that an object has without saying so',
    (sent) => ({ ...sent, object: { ...sent.object, objectType: 'Activity' } }),
  ],
  ['the same instant elsewhere', (sent) => ({ ...sent, timestamp: '2024-05-06T09:08:09.123+02:00' })],
  [
    'one context activity in an array',
    (sent) => ({
      ...sent,
      context: { ...sent.context, contextActivities: { parent: [{ id: 'https://example.org/parent' }] } },
    }),
  ],
  [
    'its id and registration in capitals',
    (sent) => ({
      ...sent,
      id: sent.id.toUpperCase(),
      context: { ...sent.context, registration: sent.context.registration.toUpperCase() },
    }),
  ],
  [
    'the same number written otherwise',
    (sent) => ({ ...sent, result: { ...sent.result, score: { raw: 1.0, max: 2 } } }),
  ],
  [
    'what the store sets',
    (sent) => ({ ...sent, stored: '2024-01-01T00:00:00Z', version: '1.0.0', authority: agent('x') }),
  ],
];

const other: [string, (sent: Posted) => Posted][] = [
  ['another actor', (sent) => ({ ...sent, actor: agent('a') })],
  ['one member more', (sent) => ({ ...sent, actor: { ...sent.actor, member: [agent('a'), agent('b'), agent('c')] } })],
  ['a name in another case', (sent) => ({ ...sent, actor: { ...sent.actor, name: 'both' } })],
  ['another verb', (sent) => ({ ...sent, verb: { id: 'https://example.org/Verb' } })],
  ['another activity', (sent) => ({ ...sent, object: { id: 'https://example.org/activity/' } })],
  ['another instant', (sent) => ({ ...sent, timestamp: '2024-05-06T07:08:09.124Z' })],
  ['another score', (sent) => ({ ...sent, result: { ...sent.result, score: { raw: 1.5, max: 2 } } })],
  [
    'a list in another order',
    (sent) => ({ ...sent, result: { ...sent.result, extensions: { 'https://example.org/list': [2, 1] } } }),
  ],
  ['another way to write a duration', (sent) => ({ ...sent, result: { ...sent.result, duration: 'PT0M1.50S' } })],
  ['a context less', ({ context: _, ...sent }) => sent],
  ['a result more', (sent) => ({ ...sent, result: { ...sent.result, success: true } })],
];

describe('XAPI-00142, Data 2.3.1 a statement that is there already', () => {
  it.each(same)('is nothing new with %s', async (_, change) => {
    const sent = full();
    const [first] = await post(store, sent);
    const revision = (await store.ask('/ready')).json.revision;
    const again = await store.ask(STATEMENTS, { body: [change(sent)] });
    expect([again.status, again.json.map((id: string) => id.toLowerCase())]).toEqual([200, [sent.id]]);
    const put = await store.ask(`${STATEMENTS}?statementId=${sent.id}`, { method: 'PUT', body: change(sent) });
    expect([put.status, put.text]).toEqual([204, '']);
    expect((await getStatements(store, { statementId: sent.id })).json).toStrictEqual(first);
    expect((await store.ask('/ready')).json.revision).toBe(revision);
  });

  it.each(other)('is in conflict with %s', async (_, change) => {
    const sent = full();
    const [first] = await post(store, sent);
    const bystander = anIdentified();
    for (const [path, method, body] of [
      [STATEMENTS, 'POST', change(sent)],
      [STATEMENTS, 'POST', [bystander, change(sent)]],
      [`${STATEMENTS}?statementId=${sent.id}`, 'PUT', change(sent)],
    ] as const) {
      const refused = await store.ask(path, { method, body });
      expect([refused.status, refused.json.error.code]).toEqual([409, 'conflict']);
      expect(refused.json.error.property).toBe(Array.isArray(body) ? '/1/id' : '/id');
    }
    expect((await getStatements(store, { statementId: bystander.id })).status).toBe(404);
    expect((await getStatements(store, { statementId: sent.id })).json).toStrictEqual(first);
  });

  it('is the same under either version', async () => {
    const sent = full();
    await post(store, sent);
    const newer = withHeaders(store, { 'x-experience-api-version': '2.0.0' });
    const again = await newer.ask(STATEMENTS, { body: sent });
    expect(again.status).toBe(200);
    const [one, two] = await Promise.all([
      getStatements(store, { statementId: sent.id }),
      getStatements(newer, { statementId: sent.id }),
    ]);
    expect(one.json).toStrictEqual(two.json);
  });

  it('and durations finer than a hundredth of a second are compared without what is finer (Data 4.6)', async () => {
    const sent = anIdentified({ result: { duration: 'PT1.239S' } });
    await post(store, sent);
    const again = (duration: string) => store.ask(STATEMENTS, { body: { ...sent, result: { duration } } });
    expect((await again('PT1.23S')).status).toBe(200);
    expect((await again('PT1.2399S')).status).toBe(200);
    expect((await again('PT1.24S')).status).toBe(409);
  });
});
