import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, withScopes } from '../support/client.ts';
import { aLearner, did, everyPage, headOf, historyIds, historyOf, historyPath, today } from '../support/history.ts';
import { anIdentified, aVoidingOf, idsOf, type Posted, refTo, STATEMENTS } from '../support/statements.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

describe('a history', () => {
  it('has what the learner did, newest first, each entry with its statement and its revision', async () => {
    const learner = aLearner();
    const statement = did(learner, '2024-03-02T10:00:00Z', {
      verb: { id: 'https://example.org/passed', display: { en: 'passed' } },
      object: { id: 'https://example.org/course', definition: { name: { en: 'Course' } } },
      result: { success: true, score: { scaled: 0.9 } },
      context: { registration: randomUUID() },
    });
    const older = did(learner, '2024-03-01T23:00:00-05:00');
    const oldest = did(learner, '2024-03-02T03:59:59.999Z');
    const before = await headOf(store);
    const [stored] = (await post(store, statement, older, oldest)) as [Posted];
    const answer = await historyOf(store, learner.mbox);
    expect(answer).toEqual({
      learner: learner.mbox,
      asOf: today(),
      knownAt: before + 3,
      entries: expect.any(Array),
      next: null,
    });
    expect(answer.entries.map((entry: Posted) => entry.statementId)).toEqual(idsOf([statement, older, oldest]));
    expect(answer.entries.map((entry: Posted) => entry.revision)).toEqual([before + 1, before + 2, before + 3]);
    expect(answer.entries[0]).toEqual({
      statementId: statement.id,
      revision: before + 1,
      timestamp: stored.timestamp,
      stored: stored.stored,
      verb: statement.verb,
      object: statement.object,
      result: statement.result,
      registration: statement.context.registration,
      authority: stored.authority,
    });
  });

  it('is empty for a learner of whom nothing is known', async () => {
    const { entries, next } = await historyOf(store, aLearner().mbox);
    expect([entries, next]).toEqual([[], null]);
  });

  it('has statements of one instant in the order in which they became known, newest first', async () => {
    const learner = aLearner();
    const statements = Array.from({ length: 5 }, () => did(learner, '2024-01-01T00:00:00Z'));
    await post(store, ...statements);
    expect(await historyIds(store, learner.mbox)).toEqual(idsOf(statements).reverse());
    expect(await everyPage(store, learner.mbox, { limit: 2 })).toEqual(idsOf(statements).reverse());
  });

  it('is that of members of a group too, and of the group, but of nobody who was only named', async () => {
    const [one, two, group, bystander] = [aLearner(), aLearner(), aLearner(), aLearner()];
    const identified = anIdentified({ actor: { objectType: 'Group', ...group, member: [one] } });
    const anonymous = anIdentified({ actor: { objectType: 'Group', member: [one, { ...two, name: 'Two' }] } });
    const elsewhere = anIdentified({
      actor: one,
      context: { instructor: bystander, team: { objectType: 'Group', member: [bystander] } },
    });
    await post(store, identified, anonymous, elsewhere);
    expect(await historyIds(store, one.mbox)).toEqual(idsOf([elsewhere, anonymous, identified]));
    expect(await historyIds(store, two.mbox)).toEqual([anonymous.id]);
    expect(await historyIds(store, group.mbox)).toEqual([identified.id]);
    expect(await historyIds(store, bystander.mbox)).toEqual([]);
  });

  it.each<[string, Posted]>([
    ['mailto:zoë+test%1@example.org', { mbox: 'mailto:zoë+test%1@example.org' }],
    ['sha1sum:EBD31E95054C018B10727CCFFD2EF2EC3A016EE9', { mbox_sha1sum: 'ebd31e95054c018b10727ccffd2ef2ec3a016ee9' }],
    ['openid:https://openid.example.org/a?b=c&d#e', { openid: 'https://openid.example.org/a?b=c&d#e' }],
    [
      'account:https://lms.example.org/a/b|learner 1/é|%2F?',
      { account: { homePage: 'https://lms.example.org/a/b', name: 'learner 1/é|%2F?' } },
    ],
    ['account:https://lms.example.org|', { account: { homePage: 'https://lms.example.org', name: '' } }],
    ['account:urn:lms|..', { account: { homePage: 'urn:lms', name: '..' } }],
    ['mailto:Learner-6@EXAMPLE.org', { mbox: 'mailto:Learner-6@example.org' }],
  ])('is found by %s', async (learner, actor) => {
    const statement = anIdentified({ actor });
    await post(store, statement);
    expect(await historyIds(store, learner)).toEqual([statement.id]);
  });

  it('tells accounts of one name on several home pages apart, and an account from an address', async () => {
    const name = aLearner().mbox;
    const statements = ['https://a.example.org', 'https://b.example.org'].map((homePage) =>
      anIdentified({ actor: { account: { homePage, name } } }),
    );
    await post(store, ...statements, anIdentified({ actor: { mbox: name } }));
    expect(await historyIds(store, `account:https://b.example.org|${name}`)).toEqual([statements[1]!.id]);
  });
});

describe('verb and activity', () => {
  it('are those of the statement itself', async () => {
    const learner = aLearner();
    const [verb, activity] = [
      `https://example.org/verbs/${randomUUID()}`,
      `https://example.org/activities/${randomUUID()}`,
    ];
    const both = did(learner, '2024-01-04T00:00:00Z', { verb: { id: verb }, object: { id: activity } });
    const one = did(learner, '2024-01-03T00:00:00Z', { verb: { id: verb } });
    const other = did(learner, '2024-01-02T00:00:00Z', { object: { id: activity } });
    const reference = did(learner, '2024-01-01T00:00:00Z', { object: refTo(both.id) });
    await post(store, both, one, other, reference);
    expect(await historyIds(store, learner.mbox)).toEqual(idsOf([both, one, other, reference]));
    expect(await historyIds(store, learner.mbox, { verb })).toEqual(idsOf([both, one]));
    expect(await historyIds(store, learner.mbox, { activity })).toEqual(idsOf([both, other]));
    expect(await historyIds(store, learner.mbox, { verb, activity })).toEqual([both.id]);
    expect(await historyIds(store, learner.mbox, { verb: `${verb}x` })).toEqual([]);
    expect(await everyPage(store, learner.mbox, { verb, limit: 1 })).toEqual(idsOf([both, one]));
  });
});

describe('voiding', () => {
  it('an entry is gone once it is known to be voided, whatever day is asked about, and marked where it is asked for', async () => {
    const learner = aLearner();
    const [kept, voided] = [did(learner, '2024-01-01T00:00:00Z'), did(learner, '2024-01-02T00:00:00Z')];
    await post(store, kept, voided);
    const before = await headOf(store);
    await post(store, aVoidingOf(voided.id));
    for (const query of [{}, { asOf: '2024-01-02' }, { knownAt: before + 1 }, { voided: 'exclude' }]) {
      expect(await historyIds(store, learner.mbox, query)).toEqual([kept.id]);
    }
    expect(await historyIds(store, learner.mbox, { knownAt: before })).toEqual(idsOf([voided, kept]));
    const { entries } = await historyOf(store, learner.mbox, { voided: 'include' });
    expect(entries.map((entry: Posted) => [entry.statementId, entry.voided])).toEqual([
      [voided.id, { revision: before + 1 }],
      [kept.id, undefined],
    ]);
    const then = await historyOf(store, learner.mbox, { voided: 'include', knownAt: before });
    expect(then.entries.map((entry: Posted) => entry.voided)).toEqual([undefined, undefined]);
  });

  it('a statement that comes after its voiding is voided when it comes', async () => {
    const learner = aLearner();
    const statement = anIdentified({ actor: learner });
    await post(store, aVoidingOf(statement.id));
    await post(store, statement);
    const known = await headOf(store);
    expect(await historyIds(store, learner.mbox)).toEqual([]);
    const { entries } = await historyOf(store, learner.mbox, { voided: 'include' });
    expect(entries).toMatchObject([{ statementId: statement.id, revision: known, voided: { revision: known } }]);
  });

  it('by who may not void, before the statement came, changes nothing', async () => {
    const learner = aLearner();
    const statement = anIdentified({ actor: learner });
    const other = await withScopes(store, 'statements/write');
    await other.ask(STATEMENTS, { body: aVoidingOf(statement.id) });
    await post(store, statement);
    expect(await historyIds(store, learner.mbox)).toEqual([statement.id]);
  });

  it('is the first that is known, where there are several', async () => {
    const learner = aLearner();
    const statement = anIdentified({ actor: learner });
    await post(store, statement);
    const before = await headOf(store);
    await post(store, aVoidingOf(statement.id));
    await post(store, aVoidingOf(statement.id));
    const { entries } = await historyOf(store, learner.mbox, { voided: 'include' });
    expect(entries[0].voided).toEqual({ revision: before + 1 });
  });
});

it('HEAD answers as GET does, without a body', async () => {
  const path = historyPath(aLearner().mbox);
  const [get, answer] = [await store.ask(path), await store.ask(path, { method: 'HEAD' })];
  expect([answer.status, answer.text, answer.headers.get('content-length')]).toEqual([200, '', `${get.bytes.length}`]);
});
