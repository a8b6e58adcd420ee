import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revokeCredential } from '../../../src/main/credentials.ts';
import { getStatements, withQuery, withScopes } from '../../support/client.ts';
import { anIdentified, type Posted, STATEMENTS } from '../../support/statements.ts';
import { BASIC, KEY, SECRET, startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const encoded = (text: string) => Buffer.from(text).toString('base64');

describe('XAPI-00334 a request without a valid credential', () => {
  it.each<[string, string | null]>([
    ['no header', null],
    ['an empty header', ''],
    ['another scheme', `Bearer ${encoded(`${KEY}:${SECRET}`)}`],
    ['no scheme', encoded(`${KEY}:${SECRET}`)],
    ['nothing behind the scheme', 'Basic '],
    ['what is not base64', 'Basic !!!!'],
    ['no colon', `Basic ${encoded(KEY + SECRET)}`],
    ['empty key and secret', 'Basic Og=='],
    ['half the secret', `Basic ${encoded(`${KEY}:${SECRET.slice(0, -1)}`)}`],
    ['the secret and a NUL', `Basic ${encoded(`${KEY}:${SECRET}\0`)}`],
    ['the secret in another case', `Basic ${encoded(`${KEY}:${SECRET.toUpperCase()}`)}`],
    ['an unknown key', `Basic ${encoded(`nobody:${SECRET}`)}`],
    ['a key that objects have', `Basic ${encoded('__proto__:x')}`],
    ['bytes that are no text', `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString('base64')}`],
  ])('%s: 401', async (_, authorization) => {
    const { status, json, headers } = await store.ask(STATEMENTS, { headers: { authorization } });
    expect([status, json.error.code]).toEqual([401, 'unauthenticated']);
    expect(headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(JSON.stringify(json)).not.toContain(SECRET);
  });

  it('stores nothing', async () => {
    const statement = anIdentified();
    const wrong = `Basic ${encoded(`${KEY}:wrong`)}`;
    for (const [path, method, authorization] of [
      [STATEMENTS, 'POST', wrong],
      [`${STATEMENTS}?statementId=${statement.id}`, 'PUT', null],
    ] as const) {
      expect((await store.ask(path, { method, body: statement, headers: { authorization } })).status).toBe(401);
    }
    expect((await getStatements(store, { statementId: statement.id })).status).toBe(404);
  });

  it('is refused before anything else that is wrong with it', async () => {
    for (const [path, asked] of [
      [STATEMENTS, { body: 'no JSON' }],
      [STATEMENTS, { body: anIdentified(), headers: { 'content-type': 'text/plain' } }],
      [`${STATEMENTS}?statementId=x`, { method: 'PUT', body: anIdentified() }],
      [`${STATEMENTS}?colour=blue`, {}],
      ['/api/learners/nobody/history?colour=blue', {}],
    ] as const) {
      const { status } = await store.ask(path, { ...asked, headers: { authorization: null } });
      expect(status).toBe(401);
    }
  });

  it('a wrong one is refused however often it is tried, and a right one is taken after it', async () => {
    const wrong = { authorization: `Basic ${encoded(`${KEY}:wrong`)}` };
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, index) => store.ask(STATEMENTS, index % 2 === 0 ? { headers: wrong } : {})),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 200, 401, 200]);
  });

  it('a revoked one is refused at once, after a restart too, and what it stated stays', async () => {
    const revoked = await withScopes(store, 'all');
    const statement = anIdentified();
    expect((await revoked.ask(STATEMENTS, { body: statement })).status).toBe(200);
    await revokeCredential(store.running.store, revoked.key);
    expect((await revoked.ask(STATEMENTS)).status).toBe(401);
    expect((await revoked.ask(STATEMENTS, { body: anIdentified() })).status).toBe(401);
    await store.restart();
    expect((await revoked.ask(STATEMENTS)).status).toBe(401);
    const { json } = await getStatements(store, { statementId: statement.id });
    expect(json.authority.account.name).toBe(revoked.key);
  });
});

describe('XAPI-00335 HTTP Basic authentication', () => {
  it.each([BASIC, BASIC.replace('Basic', 'basic'), BASIC.replace('Basic ', 'BASIC  ')])(
    '%s is accepted',
    async (authorization) => {
      expect((await store.ask(STATEMENTS, { headers: { authorization } })).status).toBe(200);
    },
  );

  it('a key and a secret of any characters, a colon in the secret too', async () => {
    const other = await startTestStore({ LEDGERLINE_KEY: 'key 1/é', LEDGERLINE_SECRET: 'a:b:ü €' });
    try {
      const authorization = `Basic ${encoded('key 1/é:a:b:ü €')}`;
      expect((await other.ask(STATEMENTS, { headers: { authorization } })).status).toBe(200);
      expect(
        (await other.ask(STATEMENTS, { headers: { authorization: `Basic ${encoded('key 1/é:a')}` } })).status,
      ).toBe(401);
    } finally {
      await other.close();
    }
  });

  it('health, readiness and documentation ask for none', async () => {
    for (const path of ['/health', '/ready', '/api/openapi.json', '/api/docs', '/xapi/about']) {
      expect((await store.ask(path, { headers: { authorization: null } })).status).toBe(200);
    }
  });
});

describe('Communication 4.2 scopes', () => {
  const learner = { mbox: 'mailto:learner-4@example.org' };
  const history = '/api/learners/mailto%3Alearner-4%40example.org/history';

  it.each([
    [['all'], 200, 200],
    [['all/read'], 403, 200],
    [['statements/read'], 403, 200],
    [['statements/read/mine'], 403, 200],
    [['statements/write'], 200, 403],
    [['statements/write', 'statements/read'], 200, 200],
    [['state', 'profile', 'define'], 403, 403],
  ] as const)('%j: writing %i, reading %i', async (scopes, writing, reading) => {
    const credential = await withScopes(store, ...scopes);
    const [one, two] = [anIdentified({ actor: learner }), anIdentified({ actor: learner })];
    const posted = await credential.ask(STATEMENTS, { body: one });
    expect(posted.status).toBe(writing);
    const put = await credential.ask(withQuery(STATEMENTS, { statementId: two.id }), { method: 'PUT', body: two });
    expect(put.status).toBe(writing === 200 ? 204 : 403);
    expect((await getStatements(store, { statementId: one.id })).status).toBe(writing === 200 ? 200 : 404);
    const own = anIdentified();
    await store.ask(STATEMENTS, { body: own });
    for (const path of [STATEMENTS, `${STATEMENTS}?verb=https://example.org/none`]) {
      const { status, json } = await credential.ask(path);
      expect([status, json.error?.code]).toEqual([reading, reading === 403 ? 'forbidden' : undefined]);
    }
    const confined = scopes[0] === 'statements/read/mine';
    const single = await credential.ask(withQuery(STATEMENTS, { statementId: own.id }));
    expect(single.status).toBe(confined ? 404 : reading);
    // A history has whatever any authority stated.
    expect((await credential.ask(history)).status).toBe(confined ? 403 : reading);
  });

  it('statements/read/mine sees what it stated, and nothing of anybody else', async () => {
    const mine = await withScopes(store, 'statements/write', 'statements/read/mine');
    const verb = { id: 'https://example.org/verbs/confined' };
    const actor = { mbox: 'mailto:learner-5@example.org' };
    const own = [anIdentified({ verb, actor }), anIdentified({ verb, actor }), anIdentified({ verb, actor })];
    const others = [anIdentified({ verb, actor }), anIdentified({ verb, actor })];
    await mine.ask(STATEMENTS, { body: own[0] });
    await store.ask(STATEMENTS, { body: others[0] });
    await mine.ask(STATEMENTS, { body: own.slice(1) });
    await store.ask(STATEMENTS, { body: others[1] });

    const expected = own.map(({ id }) => id).reverse();
    for (const query of [
      {},
      { verb: verb.id },
      { agent: actor },
      { agent: actor, related_agents: true },
      { limit: 1 },
      { limit: 2 },
    ]) {
      expect(await allIds(mine, query)).toEqual(expected);
    }
    expect((await getStatements(mine, { statementId: own[0]!.id })).status).toBe(200);
    expect((await getStatements(mine, { statementId: others[0]!.id })).status).toBe(404);
    const { json: authority } = await getStatements(store, { statementId: others[0]!.id });
    expect(await allIds(mine, { agent: authority.authority, related_agents: true })).toEqual([]);
  });

  it('statements/read/mine sees what it stated and was voided, and no voided statement of others', async () => {
    const mine = await withScopes(store, 'statements/write', 'statements/read/mine');
    const voiding = (id: string) =>
      anIdentified({
        verb: { id: 'http://adlnet.gov/expapi/verbs/voided' },
        object: { objectType: 'StatementRef', id },
      });
    const [own, other] = [anIdentified(), anIdentified()];
    await mine.ask(STATEMENTS, { body: own });
    await store.ask(STATEMENTS, { body: [other, voiding(other.id), voiding(own.id)] });
    expect((await getStatements(mine, { voidedStatementId: own.id })).status).toBe(200);
    expect((await getStatements(mine, { statementId: own.id })).status).toBe(404);
    expect((await getStatements(mine, { voidedStatementId: other.id })).status).toBe(404);
    expect(await allIds(mine, {})).toEqual([]);
  });

  it('a conflict tells nothing of what another stated', async () => {
    const writer = await withScopes(store, 'statements/write');
    const secret = anIdentified({ result: { response: 'a secret answer' } });
    await store.ask(STATEMENTS, { body: secret });
    const { status, text } = await writer.ask(STATEMENTS, { body: { ...secret, result: {} } });
    expect(status).toBe(409);
    expect(text).not.toContain('a secret answer');
  });
});

async function allIds(asking: { ask: TestStore['ask'] }, query: Readonly<Record<string, unknown>>): Promise<string[]> {
  const ids: string[] = [];
  for (let path = withQuery(STATEMENTS, query); path !== ''; ) {
    const { json } = await asking.ask(path);
    ids.push(...json.statements.map(({ id }: Posted) => id));
    path = json.more ?? '';
  }
  return ids;
}
