import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allStatements, getStatements, post, type Query, withQuery } from '../../support/client.ts';
import { anIdentified, aStatement, aVoidingOf, idsOf, type Posted, STATEMENTS } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

const THROUGH = 'x-experience-api-consistent-through';
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z$/;

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const aVerb = () => ({ id: `https://example.org/verbs/${randomUUID()}` });
const through = (headers: Headers) => headers.get(THROUGH) ?? '';

describe('XAPI-00153, XAPI-00160 X-Experience-API-Consistent-Through', () => {
  const voided = anIdentified();
  it.each<[string, Query, number]>([
    ['nothing asked', {}, 200],
    ['one statement', { statementId: randomUUID() }, 404],
    ['one voided statement', { voidedStatementId: voided.id }, 200],
    ['agent', { agent: { mbox: 'mailto:a@example.org' } }, 200],
    ['verb', { verb: 'https://example.org/none' }, 200],
    ['activity', { activity: 'https://example.org/none', related_activities: true }, 200],
    ['registration', { registration: randomUUID() }, 200],
    ['since and until', { since: '2012-06-01T19:09:13.245Z', until: '2012-06-01T19:09:13.245Z' }, 200],
    ['format, limit, ascending', { format: 'ids', limit: 1, ascending: true }, 200],
    ['an unknown parameter', { LIMIT: 1 }, 400],
    ['a wrong value', { since: 'yesterday' }, 400],
  ])('is on the answer to %s', async (_, query, status) => {
    await post(store, voided, aVoidingOf(voided.id));
    const before = new Date(Date.now() - 2_000).toISOString();
    for (const method of ['GET', 'HEAD']) {
      const answer = await store.ask(withQuery(STATEMENTS, query), { method });
      expect(answer.status).toBe(status);
      expect(through(answer.headers)).toMatch(INSTANT);
      expect(through(answer.headers) > before).toBe(true);
      expect(Date.parse(through(answer.headers))).toBeLessThanOrEqual(Date.now() + 1);
    }
  });

  it('is on refusals for want of a credential or a version, and on more', async () => {
    for (const headers of [
      { authorization: null },
      { authorization: 'Basic x' },
      { 'x-experience-api-version': null },
      { 'x-experience-api-version': '0.9' },
    ]) {
      const answer = await store.ask(STATEMENTS, { headers });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(through(answer.headers)).toMatch(INSTANT);
    }
    await post(store, aStatement(), aStatement());
    const { json } = await getStatements(store, { limit: 1 });
    expect(through((await store.ask(json.more)).headers)).toMatch(INSTANT);
  });

  it('goes on while nothing is stored', async () => {
    const first = through((await getStatements(store)).headers);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(through((await getStatements(store)).headers) > first).toBe(true);
  });

  it('covers what was acknowledged before the question', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [statement] = (await post(store, anIdentified())) as [Posted];
      const answer = await getStatements(store, { limit: 1 });
      expect(through(answer.headers) >= statement.stored).toBe(true);
      expect(answer.json.statements[0].id).toBe(statement.id);
    }
  });
});

describe('while four writers post', () => {
  /** Four writers post batches of a verb, each until it has sent so many; answers what they were told is stored. */
  async function write(verb: Posted, batches: number): Promise<Posted[]> {
    const writers = [1, 2, 3, 4].map(async (writer) => {
      const sent: Posted[] = [];
      for (let batch = 0; batch < batches; batch += 1) {
        const statements = Array.from({ length: 1 + ((writer + batch) % 4) }, () => anIdentified({ verb }));
        const { status } = await store.ask(STATEMENTS, { body: statements });
        expect(status).toBe(200);
        sent.push(...statements);
      }
      return sent;
    });
    return (await Promise.all(writers)).flat();
  }

  it('who polls with since the newest stored misses nothing and gets nothing twice', async () => {
    const verb = aVerb();
    let writing = true;
    const written = write(verb, 25).finally(() => {
      writing = false;
    });
    const polled: Posted[] = [];
    let since: string | undefined;
    for (let last = false; !last; ) {
      last = !writing;
      const page = await allStatements(store, { verb: verb.id, since, ascending: true, limit: 7 });
      polled.push(...page);
      since = page.at(-1)?.stored ?? since;
    }
    expect(idsOf(polled).sort()).toEqual(idsOf(await written).sort());
    const instants = polled.map(({ stored }) => stored);
    expect(instants).toEqual([...instants].sort());
  });

  it('who polls with since Consistent-Through misses nothing, and all before it is in the answer', async () => {
    const verb = aVerb();
    let writing = true;
    const written = write(verb, 25).finally(() => {
      writing = false;
    });
    const answers: { through: string; ids: Set<string> }[] = [];
    const polled = new Set<string>();
    let since: string | undefined;
    for (let last = false; !last; ) {
      last = !writing;
      const [whole, news] = [
        await getStatements(store, { verb: verb.id, limit: 500 }),
        await getStatements(store, { verb: verb.id, since, ascending: true, limit: 500 }),
      ];
      answers.push({ through: through(whole.headers), ids: new Set(idsOf(whole.json.statements)) });
      for (const id of idsOf(news.json.statements)) polled.add(id);
      since = through(news.headers);
    }
    const sent = await written;
    expect(sent.length).toBeLessThan(500);
    expect([...polled].sort()).toEqual(idsOf(sent).sort());
    const stored = await allStatements(store, { verb: verb.id });
    for (const answer of answers) {
      const missing = stored.filter((one) => one.stored <= answer.through && !answer.ids.has(one.id));
      expect(idsOf(missing)).toEqual([]);
    }
    const values = answers.map((answer) => answer.through);
    expect(values).toEqual([...values].sort());
  });

  it('a statement is there for its writer at once, by its id and in a list', async () => {
    const verb = aVerb();
    const others = write(aVerb(), 10);
    for (let round = 0; round < 10; round += 1) {
      const statement = anIdentified({ verb });
      await store.ask(STATEMENTS, { body: statement });
      expect((await getStatements(store, { statementId: statement.id })).status).toBe(200);
      expect((await getStatements(store, { verb: verb.id })).json.statements[0].id).toBe(statement.id);
    }
    await others;
  });
});

describe('XAPI-00142 writers with the same id at the same time', () => {
  it.each([
    ['POST', (id: string) => [STATEMENTS, 'POST', id] as const],
    ['PUT', (id: string) => [`${STATEMENTS}?statementId=${id}`, 'PUT', id] as const],
  ])('%s: one content wins, whoever has another is refused, whoever has the same is not', async (_, way) => {
    for (let round = 0; round < 8; round += 1) {
      const [path, method, id] = way(randomUUID());
      const contents = [1, 2, 3].map((raw) => aStatement({ id, result: { score: { raw } } }));
      const bodies = Array.from({ length: 12 }, (_, index) => contents[index % 3]!);
      const answers = await Promise.all(bodies.map((body) => store.ask(path, { method, body })));
      const { json } = await getStatements(store, { statementId: id });
      const accepted = method === 'POST' ? 200 : 204;
      for (const [index, { status }] of answers.entries()) {
        const wins = bodies[index]!.result.score.raw === json.result.score.raw;
        expect(status).toBe(wins ? accepted : 409);
      }
    }
  });

  it('batches that overlap: each is stored whole or not at all', async () => {
    const ids = Array.from({ length: 6 }, () => randomUUID());
    const batches = Array.from({ length: 12 }, (_, writer) =>
      [ids[writer % 6]!, randomUUID(), ids[(writer + 1) % 6]!].map((id) =>
        aStatement({ id, result: { score: { raw: writer } } }),
      ),
    );
    const answers = await Promise.all(batches.map((body) => store.ask(STATEMENTS, { body })));
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    for (const [writer, { status }] of answers.entries()) {
      expect([200, 409]).toContain(status);
      const own = await getStatements(store, { statementId: batches[writer]![1]!.id });
      expect(own.status).toBe(status === 200 ? 200 : 404);
      for (const { id } of batches[writer]!) {
        const found = await getStatements(store, { statementId: id });
        if (status === 200) expect(found.json.result.score.raw).toBe(writer);
        else if (found.status === 200) expect(found.json.result.score.raw).not.toBe(writer);
      }
    }
  });
});
