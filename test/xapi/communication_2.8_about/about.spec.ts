import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({ LEDGERLINE_XAPI_VERSION: '2.0.0' });
});
afterAll(() => store.close());

const VERSION = 'x-experience-api-version';

describe('Communication 2.8 about', () => {
  it.each([
    ['nobody, of no version', { authorization: null, [VERSION]: null }, '2.0.0'],
    ['a wrong credential', { authorization: 'Basic bm9ib2R5Og==', [VERSION]: '1.0.3' }, '1.0.3'],
    ['an old version', { authorization: null, [VERSION]: '0.95' }, '2.0.0'],
    ['a version to come', { [VERSION]: '3.1.4' }, '2.0.0'],
  ])('XAPI-00315 to XAPI-00321 answers %s', async (_, headers, version) => {
    const answer = await store.ask('/xapi/about', { headers });
    expect([answer.status, answer.json]).toEqual([200, { version: ['1.0.0', '1.0.1', '1.0.2', '1.0.3', '2.0.0'] }]);
    expect(answer.headers.get(VERSION)).toBe(version);
    const head = await store.ask('/xapi/about', { method: 'HEAD', headers });
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([
      200,
      '',
      String(answer.bytes.length),
    ]);
  });

  it('XAPI-00324 takes no parameter', async () => {
    const { status, json } = await store.ask('/xapi/about?version=1.0.3');
    expect([status, json.error.property]).toEqual([400, 'version']);
  });

  it.each(['PUT', 'POST', 'DELETE', 'PATCH'])('%s: 405', async (method) => {
    const { status, headers } = await store.ask('/xapi/about', { method, body: {} });
    expect([status, headers.get('allow'), headers.get(VERSION)]).toEqual([405, 'GET, HEAD', '1.0.3']);
  });
});
