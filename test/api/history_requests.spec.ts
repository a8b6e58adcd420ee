import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, withHeaders, withScopes } from '../support/client.ts';
import { aLearner, askHistory, did, everyPage, historyIds, historyOf, historyPath, today } from '../support/history.ts';
import { anIdentified, aStatement, aVoidingOf, idsOf, type Posted, STATEMENTS } from '../support/statements.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

describe('pages', () => {
  it.each([1, 2, 7, 30, 31])(
    'of %i give each entry once, as it was known at the first, while statements are added and voided',
    async (limit) => {
      const learner = aLearner();
      const statements = Array.from({ length: 30 }, (_, index) =>
        did(learner, `2024-01-${String(30 - Math.floor(index / 2)).padStart(2, '0')}T00:00:00Z`),
      );
      await post(store, ...statements);
      const expected = await historyIds(store, learner.mbox);
      expect(expected).toHaveLength(30);
      let added = 0;
      const given = await everyPage(store, learner.mbox, { limit }, async (page) => {
        expect(page.entries.length).toBeLessThanOrEqual(limit);
        if (added > 4) return;
        added += 1;
        await post(
          store,
          did(learner, '2024-01-20T12:00:00Z'),
          did(learner, '2024-01-01T00:00:00Z'),
          aVoidingOf(statements[15]!.id),
        );
      });
      expect(given).toEqual(expected);
    },
  );

  it('all name the same revision and day', async () => {
    const learner = aLearner();
    await post(store, ...Array.from({ length: 5 }, () => anIdentified({ actor: learner })));
    const named: unknown[] = [];
    await everyPage(store, learner.mbox, { limit: 2, asOf: today() }, async (page) => {
      named.push([page.knownAt, page.asOf, page.learner]);
      await post(store, aStatement());
    });
    expect(named).toHaveLength(3);
    expect(new Set(named.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  it('have a hundred entries where no limit is given, and a thousand at most', async () => {
    const learner = aLearner();
    await store.ask(STATEMENTS, { body: Array.from({ length: 1_050 }, () => anIdentified({ actor: learner })) });
    expect((await historyOf(store, learner.mbox)).entries).toHaveLength(100);
    expect((await historyOf(store, learner.mbox, { limit: 1000 })).entries).toHaveLength(1_000);
    expect(new Set(await everyPage(store, learner.mbox, { limit: 1000 })).size).toBe(1_050);
  });

  it('go on after a restart', async () => {
    const learner = aLearner();
    const statements = Array.from({ length: 4 }, (_, index) => did(learner, `2024-01-0${4 - index}T00:00:00Z`));
    await post(store, ...statements);
    const first = await historyOf(store, learner.mbox, { limit: 2 });
    await store.restart();
    expect(await historyIds(store, learner.mbox, { limit: 2, cursor: first.next })).toEqual(idsOf(statements.slice(2)));
  });
});

describe('what is refused', () => {
  const learner = 'mailto:learner-1@example.org';
  it.each<[string, unknown]>([
    ['asOf', '31.12.2024'],
    ['asOf', '2024-02-30'],
    ['asOf', '2024-1-1'],
    ['asOf', '2024-01'],
    ['asOf', ''],
    ['asOf', 'today'],
    ['knownAt', -1],
    ['knownAt', 1.5],
    ['knownAt', 'now'],
    ['knownAt', '2024-01-01'],
    ['knownAt', ''],
    ['knownAt', '9'.repeat(30)],
    ['from', 'x'],
    ['from', '2024-01-01T25:00:00Z'],
    ['to', '2024-13-01'],
    ['verb', 'passed'],
    ['verb', ''],
    ['activity', '/course'],
    ['voided', 'yes'],
    ['voided', 'Include'],
    ['limit', 0],
    ['limit', -1],
    ['limit', 1001],
    ['limit', '1e2'],
    ['limit', 'x'],
    ['cursor', 'x'],
    ['cursor', ''],
    ['cursor', 'eyJ9'],
    ['cursor', '{"__proto__":1}'],
    ['colour', 'blue'],
    ['asof', '2024-01-01'],
    ['__proto__', '1'],
  ])('%s=%j: 400, and the answer names it', async (name, value) => {
    const { status, json } = await askHistory(store, learner, { [name]: value });
    expect([status, json.error.code, json.error.property]).toEqual([400, 'invalid_parameter', name]);
    expect(json.error.rule).toBeTruthy();
    expect(json.error.id).toBeTruthy();
  });

  it('a parameter twice', async () => {
    for (const name of ['asOf', 'knownAt', 'limit', 'verb']) {
      const value = { asOf: '2024-01-01', knownAt: '1', limit: '1', verb: 'https://example.org/verb' }[name];
      const { status, json } = await store.ask(`${historyPath(learner)}?${name}=${value}&${name}=${value}`);
      expect([status, json.error.property]).toEqual([400, name]);
    }
  });

  it.each([
    'learner 1',
    'learner-1@example.org',
    'mailto:',
    'sha1sum:abc',
    'openid:x',
    'account:https://lms.example.org',
    'account:|7',
    'person:7',
    '%00',
  ])('the learner %s', async (wrong) => {
    const { status, json } = await askHistory(store, wrong);
    expect([status, json.error.code, json.error.property]).toEqual([400, 'invalid_parameter', 'learner']);
  });

  it('a learner that is not encoded well', async () => {
    for (const path of ['/api/learners/%ff/history', '/api/learners/%/history', '/api/learners//history']) {
      expect([400, 404]).toContain((await store.ask(path)).status);
    }
  });

  it('a cursor of another learner, or with other filters', async () => {
    const [one, two] = [aLearner(), aLearner()];
    await post(store, ...[one, one, one, two, two].map((actor) => anIdentified({ actor })));
    const { next } = await historyOf(store, one.mbox, { limit: 1 });
    const answers = [
      await askHistory(store, two.mbox, { limit: 1, cursor: next }),
      await askHistory(store, one.mbox, { limit: 1, cursor: next, verb: 'https://example.org/other' }),
    ];
    for (const { status, json } of answers) {
      if (status === 200)
        expect(json.entries.every((entry: Posted) => entry.verb.id !== aStatement().verb.id)).toBe(true);
      else expect([status, json.error.property]).toEqual([400, 'cursor']);
    }
  });

  it('another method, and who has no credential or may not read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, headers } = await store.ask(historyPath(learner), { method });
      expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    expect((await askHistory(withHeaders(store, { authorization: null }), learner)).status).toBe(401);
    expect((await askHistory(await withScopes(store, 'statements/write', 'state'), learner)).status).toBe(403);
    expect((await askHistory(await withScopes(store, 'all/read'), learner)).status).toBe(200);
    expect((await askHistory(withHeaders(store, { 'x-experience-api-version': null }), learner)).status).toBe(200);
  });
});
