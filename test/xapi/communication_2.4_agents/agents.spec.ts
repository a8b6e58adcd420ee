import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, post, withHeaders, withQuery, withScopes } from '../../support/client.ts';
import { etagOf } from '../../support/documents.ts';
import { aStatement } from '../../support/statements.ts';
import { type Answered, startTestStore, type TestStore } from '../../support/store.ts';

const AGENTS = '/xapi/agents';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const get = (agent: unknown, asking: Asking = store): Promise<Answered> => asking.ask(withQuery(AGENTS, { agent }));

const ACCOUNT = { homePage: 'https://example.org', name: 'learner|1' };
const SHA1 = '2fd4e1c67a2d28fced849ee1bb76e7391b93eb12';

describe.each(['1.0.3', '2.0.0'])('Communication 2.4 the Person of an agent under %s', (version) => {
  it.each([
    ['XAPI-00239, XAPI-00244', { mbox: 'mailto:learner-1@example.org' }, { mbox: ['mailto:learner-1@example.org'] }],
    ['XAPI-00240', { mbox_sha1sum: SHA1 }, { mbox_sha1sum: [SHA1] }],
    ['XAPI-00241', { openid: 'https://id.example.org/1' }, { openid: ['https://id.example.org/1'] }],
    ['XAPI-00242', { account: ACCOUNT }, { account: [ACCOUNT] }],
    ['XAPI-00238', { name: 'Zoë', account: ACCOUNT }, { name: ['Zoë'], account: [ACCOUNT] }],
    ['XAPI-00237', { objectType: 'Agent', mbox: 'mailto:a@example.org' }, { mbox: ['mailto:a@example.org'] }],
  ])('%s %j, whether the store knows it or not', async (_, agent, person) => {
    const asking = withHeaders(store, { 'x-experience-api-version': version });
    const before = await get(agent, asking);
    expect([before.status, before.json]).toEqual([200, { objectType: 'Person', ...person }]);
    expect(before.headers.get('etag')).toBe(etagOf(before.text));
    expect(before.headers.get('x-experience-api-version')).toBe(version);
    await post(store, aStatement({ actor: agent }));
    expect((await get(agent, asking)).json).toEqual({ objectType: 'Person', ...person });
  });
});

describe('Communication 2.4 what is refused', () => {
  it.each([
    ['XAPI-00243 no agent', '', 'agent'],
    [
      'two agents',
      `?agent=${encodeURIComponent('{"mbox":"mailto:a@example.org"}')}&agent=${encodeURIComponent('{}')}`,
      'agent',
    ],
    ['XAPI-00324 another parameter', `?agent=${encodeURIComponent('{"mbox":"mailto:a@example.org"}')}&name=a`, 'name'],
    ['XAPI-00325 another case', '?Agent=%7B%7D', 'Agent'],
  ])('%s', async (_, query, property) => {
    const { status, json } = await store.ask(AGENTS + query);
    expect([status, json.error.code, json.error.property]).toEqual([400, 'invalid_parameter', property]);
  });

  it.each([
    '',
    'learner-1',
    'null',
    '[]',
    '{}',
    '{"mbox":',
    '{"name":"nobody"}',
    '{"mbox":["mailto:a@example.org"]}',
    '{"mbox":"mailto:a@example.org","mbox_sha1sum":"2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"}',
    '{"objectType":"Person","mbox":["mailto:a@example.org"]}',
    '{"objectType":"Group","mbox":"mailto:a@example.org"}',
    '{"objectType":"Group","member":[{"mbox":"mailto:a@example.org"}]}',
    '{"mbox":"mailto:a@example.org","__proto__":{}}',
  ])('XAPI-00249 %s is no agent', async (agent) => {
    const { status, json } = await get(agent);
    expect([status, json.error.code, json.error.property]).toEqual([400, 'invalid_parameter', 'agent']);
  });

  it.each(['PUT', 'POST', 'DELETE', 'PATCH'])('%s: 405', async (method) => {
    const { status, headers } = await store.ask(withQuery(AGENTS, { agent: { mbox: 'mailto:a@example.org' } }), {
      method,
      body: {},
    });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('a credential that reads no statements', async () => {
    const agent = { mbox: 'mailto:a@example.org' };
    expect((await get(agent, await withScopes(store, 'state', 'profile', 'statements/write'))).status).toBe(403);
    expect((await get(agent, await withScopes(store, 'statements/read/mine'))).status).toBe(200);
  });
});

it('XAPI-00125 HEAD answers as GET does, without a body', async () => {
  for (const agent of [{ mbox: 'mailto:a@example.org' }, {}]) {
    const path = withQuery(AGENTS, { agent });
    const [got, head] = [await store.ask(path), await store.ask(path, { method: 'HEAD' })];
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([got.status, '', got.headers.get('etag')]);
    expect(head.headers.get('content-length')).toBe(String(got.bytes.length));
  }
});
