import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getStatements, post } from '../../support/client.ts';
import { anIdentified, idsOf, STATEMENTS } from '../../support/statements.ts';
import { BASIC, startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const HEADERS = { Authorization: BASIC, 'X-Experience-API-Version': '1.0.3', 'Content-Type': 'application/json' };

/** A request in the alternate syntax: everything is in the form. */
function alternately(method: string, form: Readonly<Record<string, string>>, query = '') {
  return store.ask(`${STATEMENTS}?method=${method}${query}`, {
    body: new URLSearchParams(form).toString(),
    headers: {
      authorization: null,
      'x-experience-api-version': null,
      'content-type': 'application/x-www-form-urlencoded',
    },
  });
}

describe('XAPI-00336 the alternate request syntax of 1.0.3', () => {
  it('stores by PUT and POST', async () => {
    const [one, two] = [
      anIdentified({ actor: { mbox: 'mailto:a+b@example.org', name: 'Zoë & Co = 100 %' } }),
      anIdentified(),
    ];
    const put = await alternately('PUT', { ...HEADERS, statementId: one.id, content: JSON.stringify(one) });
    expect([put.status, put.text]).toEqual([204, '']);
    const posted = await alternately('POST', { ...HEADERS, content: JSON.stringify([two]) });
    expect([posted.status, posted.json]).toEqual([200, [two.id]]);
    expect(posted.headers.get('x-experience-api-version')).toBe('1.0.3');
    for (const statement of [one, two]) {
      expect((await getStatements(store, { statementId: statement.id })).json).toMatchObject(statement);
    }
  });

  it('XAPI-00148 lists and gets, with a body of parameters', async () => {
    const verb = { id: 'https://example.org/verbs/alternate' };
    const statements = [anIdentified({ verb }), anIdentified({ verb })];
    await post(store, ...statements);
    const listed = await alternately('GET', { ...HEADERS, verb: verb.id, ascending: 'true' });
    expect([listed.status, idsOf(listed.json.statements)]).toEqual([200, idsOf(statements)]);
    expect(listed.headers.get('x-experience-api-consistent-through')).toBeTruthy();
    const single = await alternately('GET', { ...HEADERS, statementId: statements[0]!.id });
    expect(single.json).toMatchObject(statements[0]!);
  });

  it('asks for a credential and a version as usual', async () => {
    const { Authorization: _, ...anonymous } = HEADERS;
    expect((await alternately('GET', anonymous)).status).toBe(401);
    const { 'X-Experience-API-Version': __, ...unversioned } = HEADERS;
    expect((await alternately('GET', unversioned)).status).toBe(400);
  });

  it.each([
    ['another parameter in the address', 'GET', {}, '&limit=1'],
    ['an unknown parameter in the form', 'GET', { colour: 'blue' }, ''],
    ['no content', 'POST', {}, ''],
    ['content that is no JSON', 'POST', { content: '{' }, ''],
    ['an unknown method', 'PATCH', {}, ''],
    ['a method in another case', 'get', {}, ''],
  ])('refuses %s', async (_, method, form, query) => {
    const { status, json } = await alternately(method, { ...HEADERS, ...form }, query);
    expect([400, 405]).toContain(status);
    expect(json.error.message).toBeTruthy();
  });

  it('is not there in 2.0', async () => {
    const newer = { ...HEADERS, 'X-Experience-API-Version': '2.0.0' };
    for (const [method, form] of [
      ['GET', {}],
      ['POST', { content: JSON.stringify(anIdentified()) }],
    ] as const) {
      const { status } = await alternately(method, { ...newer, ...form });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
  });
});
