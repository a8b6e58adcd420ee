import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allStatements, getStatements, post, type Query, withScopes } from '../../support/client.ts';
import { anIdentified, aStatement, idsOf, type Posted, STATEMENTS } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const aVerb = () => ({ id: `https://example.org/verbs/${randomUUID()}` });
const several = (count: number, changes: Posted) => Array.from({ length: count }, () => anIdentified(changes));

describe('Data 2.5 a StatementResult', () => {
  it('XAPI-00110, XAPI-00113 has statements and more, and no more', async () => {
    await post(store, aStatement());
    const { status, json, headers } = await getStatements(store, { limit: 1 });
    expect([status, Object.keys(json).sort()]).toEqual([200, ['more', 'statements']]);
    expect(json.statements).toHaveLength(1);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('XAPI-00149, XAPI-00109 is empty and the last, where nothing is found', async () => {
    const { status, json } = await getStatements(store, { verb: aVerb().id });
    expect([status, json.statements, json.more ?? '']).toEqual([200, [], '']);
  });

  it('XAPI-00109 says more only when there is more', async () => {
    const verb = aVerb();
    await post(store, ...several(4, { verb }));
    for (const limit of [0, 4, 5]) {
      const { json } = await getStatements(store, { verb: verb.id, limit });
      expect([json.statements.length, json.more ?? '']).toEqual([4, '']);
    }
    const { json } = await getStatements(store, { verb: verb.id, limit: 3 });
    expect(json.more).toMatch(/^\/xapi\/statements/);
    const rest = await store.ask(json.more);
    expect([rest.json.statements.length, rest.json.more ?? '']).toEqual([1, '']);
  });

  it.each([
    ['descending', {}],
    ['ascending', { ascending: true }],
    ['ascending=false', { ascending: false }],
  ] as [string, Query][])('XAPI-00108, XAPI-00111, XAPI-00114 gives each once, %s, page by page', async (_, order) => {
    const verb = aVerb();
    const [first, second, third] = [several(5, { verb }), several(7, { verb }), several(1, { verb })];
    for (const batch of [first, second, third]) await post(store, ...batch);
    const expected = idsOf([...first, ...second, ...third]);
    if (order.ascending !== true) expected.reverse();
    for (const limit of [1, 2, 3, 12, 13]) {
      expect(idsOf(await allStatements(store, { verb: verb.id, limit, ...order }))).toEqual(expected);
    }
  });

  it('XAPI-00111 keeps the format, and all that was asked, on each page', async () => {
    const verb = { ...aVerb(), display: { en: 'did' } };
    await post(store, ...several(5, { verb, actor: { name: 'One', mbox: 'mailto:learner-1@example.org' } }));
    const found = await allStatements(store, {
      verb: verb.id,
      format: 'ids',
      limit: 2,
      agent: { mbox: 'mailto:learner-1@example.org' },
    });
    expect(found).toHaveLength(5);
    for (const { actor, verb: given } of found) {
      expect([actor.name, given]).toEqual([undefined, { id: verb.id }]);
    }
  });
});

describe('Data 2.5 pages while statements are added', () => {
  it('descending: what was there is given once, what comes later is not', async () => {
    const verb = aVerb();
    const there = several(30, { verb });
    await post(store, ...there);
    const seen: Posted[] = [];
    let path = `${STATEMENTS}?limit=4&verb=${encodeURIComponent(verb.id)}`;
    while (path !== '') {
      const { json } = await store.ask(path);
      seen.push(...json.statements);
      path = json.more ?? '';
      await post(store, ...several(3, { verb }));
    }
    expect(idsOf(seen)).toEqual(idsOf(there).reverse());
  });

  it('ascending: nothing is lost, nothing comes twice, to the last that was there', async () => {
    const verb = aVerb();
    const there = several(10, { verb });
    await post(store, ...there);
    const added: Posted[] = [];
    const seen: Posted[] = [];
    let path = `${STATEMENTS}?limit=4&ascending=true&verb=${encodeURIComponent(verb.id)}`;
    while (path !== '') {
      const { json } = await store.ask(path);
      seen.push(...json.statements);
      path = json.more ?? '';
      if (added.length < 9) {
        const more = several(3, { verb });
        added.push(...more);
        await post(store, ...more);
      }
    }
    const all = idsOf([...there, ...added]);
    expect(seen.length).toBeGreaterThanOrEqual(there.length);
    expect(idsOf(seen)).toEqual(all.slice(0, seen.length));
  });

  it('while writers run at the same time', async () => {
    const verb = aVerb();
    const there = several(40, { verb });
    await post(store, ...there);
    let running = true;
    const writers = [1, 2].map(async () => {
      while (running) await store.ask(STATEMENTS, { body: several(5, { verb }) });
    });
    const descending = await allStatements(store, { verb: verb.id, limit: 3 });
    running = false;
    await Promise.all(writers);
    const all = idsOf(await allStatements(store, { verb: verb.id }));
    const start = all.indexOf(descending[0]!.id);
    expect(idsOf(descending)).toEqual(all.slice(start));
  });

  it('after a restart', async () => {
    const verb = aVerb();
    const there = several(4, { verb });
    await post(store, ...there);
    const { json } = await getStatements(store, { verb: verb.id, limit: 2 });
    await store.restart();
    await post(store, ...several(2, { verb }));
    const rest = await store.ask(json.more);
    expect(idsOf([...json.statements, ...rest.json.statements])).toEqual(idsOf(there).reverse());
  });
});

describe('Data 2.5 a link to more', () => {
  it('is refused when somebody has changed it, and never with a 5xx', async () => {
    const verb = aVerb();
    await post(store, ...several(5, { verb }));
    const { more } = (await getStatements(store, { verb: verb.id, limit: 2 })).json;
    const url = new URL(more, store.address);
    const names = [...url.searchParams.keys()];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      for (const value of [
        '',
        'x',
        '-1',
        'null',
        '%00',
        'eyJ9',
        '9'.repeat(400),
        url.searchParams.get(name)!.slice(1),
      ]) {
        const changed = new URL(url);
        changed.searchParams.set(name, value);
        const { status } = await store.ask(changed.pathname + changed.search);
        expect([200, 400], `${name}=${value}`).toContain(status);
      }
    }
    expect((await store.ask(`${more}&more=1`)).status).toBe(400);
    expect((await store.ask(`${more}&bogus=1`)).status).toBe(400);
  });

  it('confines another credential to what it may read', async () => {
    const verb = aVerb();
    const mine = await withScopes(store, 'statements/write', 'statements/read/mine');
    const own = several(2, { verb });
    await mine.ask(STATEMENTS, { body: own });
    await post(store, ...several(4, { verb }));
    const { more } = (await getStatements(store, { verb: verb.id, limit: 1 })).json;
    const answer = await mine.ask(more);
    expect([200, 400, 403]).toContain(answer.status);
    const given = answer.status === 200 ? idsOf(answer.json.statements) : [];
    expect(idsOf(own)).toEqual(expect.arrayContaining(given));
    const writer = await withScopes(store, 'statements/write');
    expect((await writer.ask(more)).status).toBe(403);
    expect((await store.ask(more, { headers: { authorization: null } })).status).toBe(401);
  });
});
