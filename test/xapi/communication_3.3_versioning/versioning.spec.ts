import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Query, withQuery } from '../../support/client.ts';
import { anIdentified, aStatement, type Posted, STATEMENTS } from '../../support/statements.ts';
import { type Answered, startTestStore, type TestStore } from '../../support/store.ts';

const VERSION = 'x-experience-api-version';

let store: TestStore;
let newer: TestStore;
beforeAll(async () => {
  [store, newer] = await Promise.all([startTestStore(), startTestStore({ LEDGERLINE_XAPI_VERSION: '2.0.0' })]);
});
afterAll(async () => {
  await Promise.all([store.close(), newer.close()]);
});

const ask = (version: string | null, method = 'GET', query: Query = {}, body?: Posted, at = store): Promise<Answered> =>
  at.ask(withQuery(STATEMENTS, query), { method, ...(body && { body }), headers: { [VERSION]: version } });

describe('Communication 3.3 the version of a request', () => {
  it.each(['1.0', '1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.9', '2.0.0'])('%s is accepted', async (version) => {
    const id = randomUUID();
    expect((await ask(version, 'POST', {}, aStatement())).status).toBe(200);
    expect((await ask(version, 'PUT', { statementId: id }, aStatement())).status).toBe(204);
    expect((await ask(version, 'GET', { statementId: id })).status).toBe(200);
    expect((await ask(version, 'HEAD')).status).toBe(200);
  });

  it.each([null, '', '0.9', '0.95', '1.1.0', '1', '2', '3.0.0', '1.0.3, 1.0.3', 'latest', '1.0.x', '10.0.0'])(
    'XAPI-00331 %s is refused with 400 and a word why, and nothing is stored',
    async (version) => {
      const statement = anIdentified();
      for (const answer of [
        await ask(version),
        await ask(version, 'POST', {}, statement),
        await ask(version, 'PUT', { statementId: statement.id }, statement),
      ]) {
        expect([answer.status, answer.json.error.code]).toEqual([400, 'invalid_header']);
        expect(answer.json.error.property.toLowerCase()).toBe(VERSION);
        expect(answer.json.error.message).toBeTruthy();
      }
      expect((await ask('1.0.3', 'GET', { statementId: statement.id })).status).toBe(404);
    },
  );
});

describe('XAPI-00333 the version of an answer', () => {
  it.each(['1.0.3', '2.0.0'])('is the %s that was asked for, on every answer', async (version) => {
    const id = randomUUID();
    const answers = [
      await ask(version),
      await ask(version, 'HEAD'),
      await ask(version, 'POST', {}, aStatement()),
      await ask(version, 'PUT', { statementId: id }, aStatement({ id })),
      await ask(version, 'PUT', { statementId: id }, aStatement({ id, timestamp: '2024-01-01T00:00:00Z' })),
      await ask(version, 'GET', { statementId: randomUUID() }),
      await ask(version, 'GET', { colour: 'blue' }),
      await ask(version, 'POST', {}, {}),
      await ask(version, 'DELETE'),
      await store.ask(STATEMENTS, { headers: { [VERSION]: version, authorization: null } }),
      await store.ask('/xapi/nothing', { headers: { [VERSION]: version } }),
      await store.ask(STATEMENTS, { body: 'x', headers: { [VERSION]: version, 'content-type': 'text/plain' } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 204, 409, 404, 400, 400, 405, 401, 404, 400]);
    for (const { headers } of answers) expect(headers.get(VERSION)).toBe(version);
  });

  it('is 1.0.3, or what is set, where the request names none or an unknown one', async () => {
    for (const [at, version] of [
      [store, '1.0.3'],
      [newer, '2.0.0'],
    ] as const) {
      for (const asked of [null, '0.95', '7']) {
        const answer = await ask(asked, 'GET', {}, undefined, at);
        expect([answer.status, answer.headers.get(VERSION)]).toEqual([400, version]);
      }
      expect((await ask('1.0.3', 'GET', {}, undefined, at)).headers.get(VERSION)).toBe('1.0.3');
      expect((await ask('2.0.0', 'GET', {}, undefined, at)).headers.get(VERSION)).toBe('2.0.0');
    }
  });
});

it('XAPI-00330 a statement reads alike under either version', async () => {
  const older = anIdentified({ timestamp: '2024-05-06T09:00:00+02:00', version: '1.0.0' });
  const later = anIdentified({
    timestamp: '2024-05-06T09:00:00+02:00',
    context: { contextAgents: [{ objectType: 'contextAgent', agent: { mbox: 'mailto:a@example.org' } }] },
  });
  await ask('1.0.3', 'POST', {}, older);
  await ask('2.0.0', 'POST', {}, later);
  for (const { id } of [older, later]) {
    const answers = await Promise.all(['1.0.3', '2.0.0'].map((version) => ask(version, 'GET', { statementId: id })));
    expect(answers[0]!.json).toEqual(answers[1]!.json);
    const lists = await Promise.all(['1.0.3', '2.0.0'].map((version) => ask(version, 'GET', {})));
    expect(lists[0]!.json).toEqual(lists[1]!.json);
  }
});
