import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getStatements, post, withQuery } from '../../support/client.ts';
import { anIdentified, aStatement, aVoidingOf, idsOf, type Posted, STATEMENTS } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const put = (body: unknown, statementId?: string) =>
  store.ask(withQuery(STATEMENTS, { statementId }), { method: 'PUT', body });
const revision = async () => (await store.ask('/ready')).json.revision;

describe('Communication 2.1.2 POST', () => {
  it('XAPI-00139, XAPI-00146, XAPI-00147 answers 200 with the ids, in the order of the statements', async () => {
    const [one, two] = [anIdentified(), anIdentified()];
    const single = await store.ask(STATEMENTS, { body: one });
    expect([single.status, single.json]).toEqual([200, [one.id]]);
    expect(single.headers.get('content-type')).toMatch(/^application\/json/);
    const batch = await store.ask(STATEMENTS, { body: [aStatement(), two, aStatement()] });
    expect([batch.status, batch.json.length, batch.json[1]]).toEqual([200, 3, two.id]);
    expect(new Set(batch.json).size).toBe(3);
  });

  it('stores without a statement of the batch being there before, and those that are not', async () => {
    const [there, later] = [anIdentified(), anIdentified()];
    await post(store, there);
    const batch = await store.ask(STATEMENTS, { body: [later, there] });
    expect([batch.status, batch.json]).toEqual([200, [later.id, there.id]]);
    expect((await getStatements(store, { statementId: later.id })).status).toBe(200);
  });

  it('keeps the order of a batch', async () => {
    const batch = Array.from({ length: 60 }, () => anIdentified());
    const before = (await getStatements(store, { limit: 1 })).json.statements[0].stored;
    await store.ask(STATEMENTS, { body: batch });
    const { json } = await getStatements(store, { since: before, ascending: true });
    expect(idsOf(json.statements)).toEqual(idsOf(batch));
  });

  it('takes a batch of a thousand', async () => {
    const batch = Array.from({ length: 1_000 }, () => anIdentified());
    const { status, json } = await store.ask(STATEMENTS, { body: batch });
    expect([status, json]).toEqual([200, idsOf(batch)]);
    expect((await getStatements(store, { statementId: batch[999]!.id })).status).toBe(200);
  });

  it.each([
    ['alike', {}],
    ['different', { timestamp: '2024-01-01T00:00:00Z' }],
  ])('refuses a batch with the same id twice, the statements %s', async (_, changes) => {
    const one = anIdentified();
    for (const version of ['1.0.3', '2.0.0']) {
      const body = [one, aStatement(), { ...one, ...changes, id: one.id.toUpperCase() }];
      const { status, json } = await store.ask(STATEMENTS, { body, headers: { 'x-experience-api-version': version } });
      expect([status, json.error.property]).toEqual([400, '/2/id']);
    }
    expect((await getStatements(store, { statementId: one.id })).status).toBe(404);
  });

  it.each(['statementId', 'agent', 'limit', 'colour'])('refuses the parameter %s', async (name) => {
    const { status, json } = await store.ask(withQuery(STATEMENTS, { [name]: randomUUID() }), { body: aStatement() });
    expect([status, json.error.property]).toEqual([400, name]);
  });
});

describe('Communication 2.1.1 PUT', () => {
  it('XAPI-00143 answers 204 and nothing else', async () => {
    const statement = anIdentified();
    const { status, text, headers } = await put(statement, statement.id);
    expect([status, text, headers.get('content-type')]).toEqual([204, '', null]);
    expect((await getStatements(store, { statementId: statement.id })).json).toMatchObject(statement);
  });

  it('XAPI-00144 takes the id of the parameter where the statement has none', async () => {
    const id = randomUUID();
    expect((await put(aStatement(), id)).status).toBe(204);
    expect((await getStatements(store, { statementId: id })).json).toMatchObject({ ...aStatement(), id });
  });

  it('takes the same id in another case', async () => {
    const statement = anIdentified();
    expect((await put(statement, statement.id.toUpperCase())).status).toBe(204);
    expect((await put({ ...statement, id: statement.id.toUpperCase() }, statement.id)).status).toBe(204);
    expect((await getStatements(store, { statementId: statement.id })).status).toBe(200);
  });

  it('XAPI-00142 changes nothing by repeating, and refuses other content', async () => {
    const statement = anIdentified();
    await put(statement, statement.id);
    const before = await revision();
    expect((await put(statement, statement.id)).status).toBe(204);
    const other = await put({ ...statement, result: { success: true } }, statement.id);
    expect([other.status, other.json.error.code]).toEqual([409, 'conflict']);
    expect(await revision()).toBe(before);
  });

  it.each<[string, unknown, string | undefined, string]>([
    ['XAPI-00144, XAPI-00145 no statementId', aStatement(), undefined, 'statementId'],
    ['a statementId that is no UUID', aStatement(), 'x', 'statementId'],
    ['an empty statementId', aStatement(), '', 'statementId'],
    ['another id than that of the statement', anIdentified(), randomUUID(), '/id'],
    ['an array', [aStatement()], randomUUID(), ''],
    ['nothing', '', randomUUID(), ''],
  ])('refuses %s', async (_, body, statementId, property) => {
    const before = await revision();
    const { status, json } = await put(body, statementId);
    expect([status, json.error.property ?? '']).toEqual([400, property]);
    expect(await revision()).toBe(before);
  });

  it('refuses other parameters', async () => {
    const statement = anIdentified();
    const path = withQuery(STATEMENTS, { statementId: statement.id, format: 'exact' });
    expect((await store.ask(path, { method: 'PUT', body: statement })).status).toBe(400);
  });
});

describe('Communication 2.1.3 GET of one', () => {
  it('XAPI-00155 to XAPI-00158 answers the statement, or the voided one', async () => {
    const [statement, voided] = [anIdentified(), anIdentified()];
    await post(store, statement, voided, aVoidingOf(voided.id));
    const stated = await getStatements(store, { statementId: statement.id });
    expect(stated.json).toEqual({
      ...statement,
      stored: expect.any(String),
      timestamp: stated.json.stored,
      authority: expect.any(Object),
      version: '1.0.0',
    });
    expect(stated.headers.get('content-type')).toMatch(/^application\/json/);
    expect((await getStatements(store, { voidedStatementId: voided.id })).json).toMatchObject(voided);
  });

  it('answers 404 for what is not there', async () => {
    const [statement, voided] = [anIdentified(), anIdentified()];
    await post(store, statement, voided, aVoidingOf(voided.id));
    for (const query of [
      { statementId: randomUUID() },
      { voidedStatementId: randomUUID() },
      { statementId: voided.id },
      { voidedStatementId: statement.id },
    ]) {
      const { status, json } = await getStatements(store, query);
      expect([status, json.error.code]).toEqual([404, 'not_found']);
    }
  });

  const others = {
    agent: { mbox: 'mailto:learner-1@example.org' },
    verb: 'https://example.org/verb',
    activity: 'https://example.org/activity',
    registration: randomUUID(),
    related_activities: true,
    related_agents: false,
    since: '2024-01-01T00:00:00Z',
    until: '2024-01-01T00:00:00Z',
    limit: 1,
    ascending: true,
  };
  it.each(['statementId', 'voidedStatementId'])(
    'XAPI-00150, XAPI-00151 refuses %s with anything but format and attachments',
    async (name) => {
      const id = randomUUID();
      for (const [other, value] of Object.entries(others)) {
        const { status, json } = await getStatements(store, { [name]: id, [other]: value });
        expect([status, json.error.property]).toEqual([400, other]);
      }
      expect((await getStatements(store, { statementId: id, voidedStatementId: id })).status).toBe(400);
      expect((await getStatements(store, { [name]: id, format: 'ids', attachments: false })).status).toBe(404);
    },
  );

  it('names its instant of being stored in Last-Modified, to the second, and no cache answers for the store', async () => {
    const [statement] = (await post(store, anIdentified())) as [Posted];
    const first = await getStatements(store, { statementId: statement.id });
    const seconds = Math.floor(Date.parse(statement.stored) / 1_000);
    expect(first.headers.get('last-modified')).toBe(new Date(seconds * 1_000).toUTCString());
    const again = await store.ask(withQuery(STATEMENTS, { statementId: statement.id }), {
      headers: { 'if-none-match': first.headers.get('etag') ?? '*', 'if-modified-since': new Date().toUTCString() },
    });
    expect([again.status, again.json]).toEqual([200, first.json]);
  });
});

describe('Communication 2.1 any other method', () => {
  it.each(['DELETE', 'PATCH'])('%s is refused with 405, and told what there is', async (method) => {
    for (const path of [STATEMENTS, withQuery(STATEMENTS, { statementId: randomUUID() })]) {
      const { status, headers, json } = await store.ask(path, { method });
      expect([status, json.error.code]).toEqual([405, 'method_not_allowed']);
      expect(headers.get('allow')?.split(/, */).sort()).toEqual(['GET', 'HEAD', 'POST', 'PUT']);
    }
  });
});
