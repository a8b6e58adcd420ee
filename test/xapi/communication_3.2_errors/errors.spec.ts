import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getStatements, post, type Query, withQuery } from '../../support/client.ts';
import { anIdentified, aStatement, STATEMENTS } from '../../support/statements.ts';
import { type Answered, startTestStore, type TestStore } from '../../support/store.ts';

const MEMBERS = ['code', 'message', 'property', 'rule', 'spec', 'id'];

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({ LEDGERLINE_MAX_BODY: '64KiB' });
});
afterAll(() => store.close());

/** An error in the one form that all have, which shows nothing of what is inside. */
function expectError(answer: Answered, status: number, code: string): void {
  expect([answer.status, answer.json?.error?.code], answer.text).toEqual([status, code]);
  expect(Object.keys(answer.json)).toEqual(['error']);
  const { error } = answer.json;
  expect(MEMBERS).toEqual(expect.arrayContaining(Object.keys(error)));
  expect(error.message).toMatch(/\S/);
  expect(error.id).toBe(answer.headers.get('x-request-id'));
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('x-experience-api-version')).toBe('1.0.3');
  expect(answer.text).not.toMatch(
    /\.ts\b|node_modules|\bat \w+ \(|SQLITE|SyntaxError|TypeError|undefined|\[object|\/tmp\//,
  );
}

describe('XAPI-00326 a batch of which one statement is refused is refused whole', () => {
  it.each([0, 24, 49])('statement %i of fifty', async (index) => {
    const batch = Array.from({ length: 50 }, () => anIdentified());
    const wrong = batch.with(index, { ...batch[index], actor: { name: 'nobody' } });
    const before = (await store.ask('/ready')).json.revision;
    const answer = await store.ask(STATEMENTS, { body: wrong });
    expectError(answer, 400, 'invalid_statement');
    expect(answer.json.error.property).toBe(`/${index}/actor`);
    for (const { id } of batch) expect((await getStatements(store, { statementId: id })).status).toBe(404);
    expect((await store.ask('/ready')).json.revision).toBe(before);
    expect((await store.ask(STATEMENTS, { body: batch })).status).toBe(200);
  });

  it('a conflict in the middle', async () => {
    const there = anIdentified();
    await post(store, there);
    const [one, two] = [anIdentified(), anIdentified()];
    const answer = await store.ask(STATEMENTS, {
      body: [one, { ...there, result: {}, verb: { id: 'https://example.org/x' } }, two],
    });
    expectError(answer, 409, 'conflict');
    expect(answer.json.error.property).toBe('/1/id');
    for (const { id } of [one, two]) expect((await getStatements(store, { statementId: id })).status).toBe(404);
  });
});

describe('XAPI-00324, XAPI-00325 parameters', () => {
  const id = randomUUID();
  const values: Query = {
    statementId: id,
    voidedStatementId: id,
    agent: { mbox: 'mailto:a@example.org' },
    verb: 'https://example.org/verb',
    activity: 'https://example.org/activity',
    registration: id,
    related_activities: true,
    related_agents: true,
    since: '2024-01-01T00:00:00Z',
    until: '2024-01-01T00:00:00Z',
    limit: 1,
    format: 'exact',
    attachments: false,
    ascending: true,
  };

  it.each(Object.entries(values))('%s in another case, twice, or empty is refused', async (name, value) => {
    const upper = name.toUpperCase();
    const other = name === 'agent' ? 'Agent' : name.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase());
    for (const wrong of [upper, other]) {
      const answer = await getStatements(store, { [wrong]: value });
      expectError(answer, 400, 'invalid_parameter');
      expect(answer.json.error.property).toBe(wrong);
    }
    const once = withQuery(STATEMENTS, { [name]: value });
    const twice = await store.ask(`${once}&${once.split('?')[1]}`);
    expectError(twice, 400, 'invalid_parameter');
    expect(twice.json.error.property).toBe(name);
    const empty = await store.ask(`${STATEMENTS}?${name}=`);
    expectError(empty, 400, 'invalid_parameter');
    expect(empty.json.error.property).toBe(name);
  });

  it.each([
    'colour=blue',
    'colour',
    'limit[]=1',
    'limit[a]=1',
    '__proto__=1',
    'constructor=1',
    'toString=1',
    '=1',
    'more=x',
  ])('?%s is refused', async (query) => {
    const answer = await store.ask(`${STATEMENTS}?${query}`);
    expectError(answer, 400, 'invalid_parameter');
    expect(answer.json.error.property).toBe(query.split('=')[0]);
    expect(answer.json.error.rule).toContain('statementId');
  });

  it.each<[string, unknown]>([
    ['statementId', 'x'],
    ['voidedStatementId', `${id}0`],
    ['agent', 'x'],
    ['agent', '{'],
    ['agent', '"mailto:a@example.org"'],
    ['agent', 'null'],
    ['agent', '[]'],
    ['agent', {}],
    ['agent', { objectType: 'Agent' }],
    ['agent', { mbox: 'a@example.org' }],
    ['agent', { mbox: 'mailto:a@example.org', openid: 'https://example.org/a' }],
    ['agent', { mbox: 'mailto:a@example.org', colour: 'blue' }],
    ['agent', { objectType: 'Group', member: [{ mbox: 'mailto:a@example.org' }] }],
    ['agent', '{"mbox":"mailto:a@example.org","mbox":"mailto:b@example.org"}'],
    ['agent', { account: { homePage: 'example', name: 'a' } }],
    ['verb', 'did'],
    ['verb', '"https://example.org/verb"'],
    ['activity', '/activity'],
    ['registration', id.slice(1)],
    ['related_agents', 'True'],
    ['related_agents', 1],
    ['related_activities', 'yes'],
    ['ascending', 'TRUE'],
    ['attachments', 0],
    ['since', '2024-01-01'],
    ['since', '1704067200'],
    ['until', 'now'],
    ['limit', -1],
    ['limit', 1.5],
    ['limit', '1e2'],
    ['limit', '0x10'],
    ['limit', ' 1'],
    ['limit', 'ten'],
    ['limit', '9'.repeat(40)],
    ['format', 'json'],
  ])('XAPI-00012 %s=%j is refused', async (name, value) => {
    const answer = await getStatements(store, { [name]: value });
    expectError(answer, 400, 'invalid_parameter');
    expect(answer.json.error.property).toBe(name);
    expect(answer.json.error.rule).toBeTruthy();
  });

  it.each(['%', '%zz', '%ff', '%c3%28', '%ed%a0%80', '%00'])(
    'bytes that are no text, verb=https://example.org/%s, are refused',
    async (bytes) => {
      const answer = await store.ask(`${STATEMENTS}?verb=https://example.org/${bytes}`);
      expectError(answer, 400, 'invalid_parameter');
    },
  );

  it('a limit past the most that the store gives is taken for that', async () => {
    const { status, json } = await getStatements(store, { limit: 1_000_000 });
    expect([status, Array.isArray(json.statements)]).toEqual([200, true]);
  });
});

describe('XAPI-00328 a body that is too large', () => {
  it.each([
    ['POST', 70_000],
    ['POST', 5_000_000],
    ['PUT', 70_000],
  ])('%s of %i bytes is refused with 413', async (method, size) => {
    const id = randomUUID();
    const body = aStatement({ id, result: { response: 'x'.repeat(size) } });
    const answer = await store.ask(method === 'PUT' ? `${STATEMENTS}?statementId=${id}` : STATEMENTS, { method, body });
    expectError(answer, 413, 'too_large');
    expect((await getStatements(store, { statementId: id })).status).toBe(404);
  });

  it('and just below is accepted', async () => {
    expect(
      (await store.ask(STATEMENTS, { body: aStatement({ result: { response: 'x'.repeat(60_000) } }) })).status,
    ).toBe(200);
  });
});

describe('Communication 1.5, 3.2 content types', () => {
  it.each([
    'text/plain',
    'text/html',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/jsonp',
    'json',
    null,
  ])('XAPI-00127 JSON sent as %s is refused', async (type) => {
    const body = new TextEncoder().encode(JSON.stringify(anIdentified()));
    for (const [path, method] of [
      [STATEMENTS, 'POST'],
      [`${STATEMENTS}?statementId=${randomUUID()}`, 'PUT'],
    ] as const) {
      const answer = await store.ask(path, { method, body, headers: { 'content-type': type } });
      expect([400, 415]).toContain(answer.status);
      expectError(answer, answer.status, answer.json.error.code);
    }
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    '%s is accepted',
    async (type) => {
      const answer = await store.ask(STATEMENTS, { body: aStatement(), headers: { 'content-type': type } });
      expect(answer.status).toBe(200);
    },
  );

  it('a charset changes nothing: JSON is UTF-8 (Communication 1.4)', async () => {
    const headers = { 'content-type': 'application/json; charset=iso-8859-1' };
    const statement = anIdentified({ actor: { name: 'Zoë', mbox: 'mailto:zoe@example.org' } });
    const answer = await store.ask(STATEMENTS, { body: Buffer.from(JSON.stringify(statement), 'latin1'), headers });
    expectError(answer, 400, 'invalid_json');
    expect((await store.ask(STATEMENTS, { body: statement, headers })).status).toBe(200);
    expect((await getStatements(store, { statementId: statement.id })).json.actor).toEqual(statement.actor);
  });

  it('a content encoding that nobody knows is refused', async () => {
    const answer = await store.ask(STATEMENTS, { body: aStatement(), headers: { 'content-encoding': 'rot13' } });
    expect([400, 415]).toContain(answer.status);
    expectError(answer, answer.status, answer.json.error.code);
  });
});

describe('what is not there', () => {
  it.each(['/xapi/nothing', '/xapi/statements/nothing', '/xapi/Statements', '/xapi', '/XAPI/statements'])(
    '%s is 404',
    async (path) => {
      const answer = await store.ask(path);
      expect([answer.status, answer.json.error.code]).toEqual([404, 'not_found']);
      expect(answer.text).not.toContain('Cannot GET');
    },
  );
});

describe('a refused parameter says what would help:', () => {
  it.each([
    ['PUT', '', 'statementId', 'it is required', 'The parameter statementId is missing.'],
    ['POST', '?statementId=x', 'statementId', 'there are no parameters', 'There is no parameter statementId here.'],
    [
      'GET',
      '?since=2026-01-01T00:00:00+01:00',
      'since',
      'it is an ISO 8601 timestamp; a + is written %2B in a query',
      expect.any(String),
    ],
    ['GET', '?since=yesterday', 'since', 'it is an ISO 8601 timestamp', expect.any(String)],
  ])('%s %s', async (method, query, property, rule, message) => {
    const { status, json } = await store.ask(`${STATEMENTS}${query}`, { method });
    expect([status, json.error]).toMatchObject([400, { code: 'invalid_parameter', property, rule, message }]);
  });
});
