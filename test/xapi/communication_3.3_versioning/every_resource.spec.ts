import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getStatements, post, withHeaders } from '../../support/client.ts';
import { AGENT_PROFILE, documentsOf, STATE } from '../../support/documents.ts';
import { anIdentified, aStatementAbout, idsOf } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

const VERSION = 'x-experience-api-version';

let store: TestStore;
let newer: TestStore;
beforeAll(async () => {
  [store, newer] = await Promise.all([startTestStore(), startTestStore({ LEDGERLINE_XAPI_VERSION: '2.0.0' })]);
});
afterAll(() => Promise.all([store.close(), newer.close()]));

const AGENT = encodeURIComponent('{"mbox":"mailto:a@example.org"}');
const REQUESTS: [string, string, unknown?][] = [
  ['GET', '/xapi/activities?activityId=urn:a'],
  ['GET', `/xapi/agents?agent=${AGENT}`],
  ['GET', `/xapi/activities/state?activityId=urn:a&agent=${AGENT}`],
  ['GET', `/xapi/activities/state?activityId=urn:a&agent=${AGENT}&stateId=none`],
  ['PUT', `/xapi/activities/state?activityId=urn:a&agent=${AGENT}&stateId=x`, { a: 1 }],
  ['POST', `/xapi/agents/profile?agent=${AGENT}&profileId=x`, { a: 1 }],
  ['POST', '/xapi/activities/profile?activityId=urn:a&profileId=x', { a: 1 }],
  ['DELETE', '/xapi/activities/profile?activityId=urn:a&profileId=x'],
  ['GET', '/xapi/activities/profile'],
  ['PATCH', '/xapi/agents', {}],
  ['GET', '/xapi/nothing'],
];

describe('Communication 3.3 the version of every resource', () => {
  it.each(REQUESTS)('%s %s: the answer carries the version that was asked for', async (method, path, body) => {
    for (const version of ['1.0', '1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.10', '2.0.0']) {
      const { status, headers } = await store.ask(path, { method, body, headers: { [VERSION]: version } });
      expect([version, status < 500, headers.get(VERSION)]).toEqual([version, true, version]);
    }
  });

  it.each(REQUESTS.slice(0, -1))(
    'XAPI-00331 %s %s: no version or an unknown one is 400, under the version that is set',
    async (method, path, body) => {
      for (const version of [null, '0.95', '1.1.0', '2.1.0', '3.0.0']) {
        for (const [asked, answered] of [
          [store, '1.0.3'],
          [newer, '2.0.0'],
        ] as const) {
          const { status, headers, json } = await asked.ask(path, { method, body, headers: { [VERSION]: version } });
          expect([status, json.error.property]).toEqual([400, 'X-Experience-API-Version']);
          expect(headers.get(VERSION)).toBe(answered);
          expect(json.error.message).toContain(answered);
        }
      }
    },
  );

  it.each([
    ['GET', '/xapi/statements?colour=blue', 'Communication 2.1.3', '4.1.6.1'],
    ['PUT', '/xapi/statements', 'Communication 2.1.1', '4.1.6.1'],
    ['GET', '/xapi/activities/state', 'Communication 2.3', '4.1.6.2'],
    ['GET', '/xapi/agents?colour=blue', 'Communication 2.4', '4.1.6.3'],
    ['GET', '/xapi/activities?colour=blue', 'Communication 2.5', '4.1.6.4'],
    ['DELETE', '/xapi/agents/profile?colour=blue', 'Communication 2.6', '4.1.6.5'],
    ['GET', '/xapi/activities/profile?colour=blue', 'Communication 2.7', '4.1.6.6'],
    ['GET', '/xapi/about?colour=blue', 'Communication 2.8', '4.1.6.7'],
  ])('%s %s: a refusal names the section of the version that was asked for', async (method, path, old, recent) => {
    const specOf = async (version: string) => {
      const { status, json } = await store.ask(path, { method, headers: { [VERSION]: version } });
      expect(status).toBe(400);
      return json.error.spec;
    };
    expect([await specOf('1.0.3'), await specOf('2.0.0')]).toEqual([`xAPI 1.0.3 ${old}`, `xAPI 2.0.0 ${recent}`]);
  });

  it('XAPI-00333 a preflight, an unread body and a wrong query are answered with a version, too', async () => {
    for (const answer of [
      await newer.ask('/xapi/statements', {
        method: 'OPTIONS',
        headers: { [VERSION]: null, origin: 'https://a.example.org', 'access-control-request-method': 'POST' },
      }),
      await newer.ask('/xapi/activities?activityId=%ff', { headers: { [VERSION]: null } }),
      await newer.ask('/xapi/statements?method=GET', { body: 'x', headers: { [VERSION]: null } }),
    ]) {
      expect(answer.headers.get(VERSION)).toBe('2.0.0');
    }
  });

  it('documents are the same under either version', async () => {
    for (const resource of [STATE, AGENT_PROFILE]) {
      const older = documentsOf(withHeaders(store, { [VERSION]: '1.0.2' }), resource);
      const later = documentsOf(withHeaders(store, { [VERSION]: '2.0.0' }), resource, older.context);
      await older.create('x', { a: 1 });
      await later.post('x', { b: 2 });
      expect((await older.get('x')).json).toEqual({ a: 1, b: 2 });
      expect((await later.list()).json).toEqual(['x']);
    }
  });
});

it.each(REQUESTS)('%s %s: no cache keeps the answer', async (method, path, body) => {
  const { headers } = await store.ask(path, { method, body });
  expect(headers.get('cache-control')).toBe('no-store');
});

describe('2.0.0 4.1.6.1 related_agents finds contextAgents and contextGroups', () => {
  it.each([
    [
      'contextAgents',
      (agent: object) => ({ contextAgents: [{ objectType: 'contextAgent', agent, relevantTypes: ['urn:x'] }] }),
    ],
    [
      'contextGroups',
      (agent: object) => ({
        contextGroups: [{ objectType: 'contextGroup', group: { objectType: 'Group', ...agent } }],
      }),
    ],
    [
      'a member of contextGroups',
      (agent: object) => ({
        contextGroups: [{ objectType: 'contextGroup', group: { objectType: 'Group', member: [agent] } }],
      }),
    ],
  ])('%s', async (_, context) => {
    const later = withHeaders(store, { [VERSION]: '2.0.0' });
    const agent = { mbox: `mailto:${randomUUID()}@example.org` };
    const [one, two] = [
      anIdentified({ context: context(agent) }),
      { ...aStatementAbout({ context: context(agent) }), id: randomUUID() },
    ];
    await post(later, one, two);
    for (const asking of [store, later]) {
      const related = await getStatements(asking, { agent, related_agents: true, ascending: true });
      expect(idsOf(related.json.statements)).toEqual([one.id, two.id]);
      expect((await getStatements(asking, { agent })).json.statements).toEqual([]);
    }
    expect((await store.ask('/xapi/statements', { body: anIdentified({ context: context(agent) }) })).status).toBe(400);
  });
});
