import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { did, headOf, historyIds } from '../support/history.ts';
import type { Posted } from '../support/statements.ts';
import {
  about,
  aCourse,
  COMPLETED,
  certificatesOf,
  command,
  countsFor,
  courseBody,
  decisionBody,
  FAILED,
  hire,
  PASSED,
  type Person,
  type Programme,
  pass,
  question,
  startProgramme,
  state,
  statesIn,
} from './given.ts';

let programme: Programme;
beforeAll(async () => {
  programme = await startProgramme();
});
afterAll(() => programme.store.close());

const declare = (course: string, changes: object = {}) =>
  command(programme.policy, 'PUT', `/courses/${course}`, courseBody(course, changes));
const decide = (decision: string, body: object) => command(programme.policy, 'PUT', `/equivalences/${decision}`, body);
const withdraw = (person: string, body: object) =>
  command(programme.editor, 'POST', `/learners/${person}/certificates/withdraw`, {
    authority: 'Training unit',
    reason: 'Copied.',
    ...body,
  });
const only = ({ certificates }: Posted): Posted => {
  expect(certificates).toHaveLength(1);
  return certificates[0].certificate;
};

describe('what completes a course', () => {
  it('statements of an authority that the policy does not name give history, and no certificate', async () => {
    const { stranger, editor, store } = programme;
    const learner = await hire(editor);
    const { id } = await pass(stranger, learner, 'LMS-3395', '2023-01-10T10:00:00Z');
    expect(await historyIds(store, learner.person)).toEqual([id]);
    expect((await certificatesOf(store, learner.person)).certificates).toEqual([]);
  });

  it('the same completion on two platforms is one certificate with two pieces of evidence', async () => {
    const { inspira, publicSite, editor, store } = programme;
    const learner = await hire(editor);
    const late = await pass(publicSite, learner, 'LMS-3396', '2023-01-10T20:00:00Z');
    const early = await pass(inspira, learner, 'LMS-3395', '2023-01-10T08:00:00Z');
    const certificate = only(await certificatesOf(store, learner.person));
    expect(certificate).toMatchObject({ id: `earned:bsafe:${early.id}`, editions: ['LMS-3395', 'LMS-3396'] });
    expect(certificate.evidence).toMatchObject([
      { platform: 'inspira', statementId: early.id, revision: early.revision },
      { platform: 'public-site', statementId: late.id, revision: late.revision },
    ]);
  });

  it('a later fail does not undo a pass', async () => {
    const { inspira, editor, store } = programme;
    const learner = await hire(editor);
    await pass(inspira, learner, 'LMS-3395', '2023-01-10T10:00:00Z');
    await state(
      inspira,
      did(learner.actor, '2023-02-10T10:00:00Z', { verb: { id: FAILED }, object: aCourse('LMS-3395') }),
    );
    expect(await countsFor(store, learner.person)).toEqual(['bsafe']);
  });

  it('a new rule applies to statements that are already there, and not as known before', async () => {
    const { inspira, editor, store } = programme;
    const learner = await hire(editor);
    await declare('workshop');
    const object = { id: 'https://lms.example.org/workshop/7' };
    const result = { success: true, score: { scaled: 0.7 }, extensions: { 'https://example.org/room': 'B' } };
    const context = { contextActivities: { grouping: [object] } };
    const statement = did(learner.actor, '2023-01-10T10:00:00Z', {
      verb: { id: COMPLETED },
      object: aCourse('session-7'),
      result,
      context,
    });
    const { id, revision } = await state(inspira, statement);
    expect(await countsFor(store, learner.person)).toEqual([]);
    const rule = {
      platforms: ['inspira'],
      verbs: [COMPLETED],
      activities: [object.id],
      in: 'grouping',
      success: true,
      minScaled: 0.7,
      extensions: { 'https://example.org/room': 'B' },
    };
    const { revision: ruled } = await declare('workshop', { completion: [rule] });
    expect(only(await certificatesOf(store, learner.person))).toMatchObject({
      completed: '2023-01-10',
      scaled: 0.7,
      evidence: [{ statementId: id, revision }],
    });
    expect(await countsFor(store, learner.person, { knownAt: ruled - 1 })).toEqual([]);
    for (const stricter of [
      { minScaled: 0.71 },
      { success: false },
      { extensions: { 'https://example.org/room': 'C' } },
    ]) {
      await declare('workshop', { completion: [{ ...rule, ...stricter }] });
      expect(await countsFor(store, learner.person), JSON.stringify(stricter)).toEqual([]);
    }
  });
});

describe('cmi5', () => {
  const unit = { id: 'https://lms.example.org/au/1' };
  const SATISFIED = 'https://w3id.org/xapi/adl/verbs/satisfied';
  const WAIVED = 'https://w3id.org/xapi/adl/verbs/waived';
  const say = ({ actor }: Person, verb: string, timestamp: string, registration: string, object = unit) =>
    state(programme.inspira, did(actor, timestamp, { verb: { id: verb }, object, context: { registration } }));

  it('moveOn CompletedAndPassed asks for both in one registration; all of them are evidence', async () => {
    const { editor, store } = programme;
    const learner = await hire(editor);
    const rule = { platforms: ['inspira'], cmi5: { unit: { activity: unit.id, moveOn: 'CompletedAndPassed' } } };
    await declare('unit-course', { completion: [rule] });
    const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
    const done = await say(learner, COMPLETED, '2023-01-10T10:00:00Z', first);
    await say(learner, PASSED, '2023-01-11T10:00:00Z', second);
    expect(await countsFor(store, learner.person)).toEqual([]);
    const passed = await say(learner, PASSED, '2023-01-12T10:00:00Z', first);
    expect(only(await certificatesOf(store, learner.person))).toMatchObject({
      id: `earned:unit-course:${passed.id}`,
      completed: '2023-01-12',
      evidence: [{ statementId: done.id }, { statementId: passed.id, revision: passed.revision }],
    });
  });

  it('satisfied completes a block, and waived a unit, unless the course says no', async () => {
    const { editor, store } = programme;
    const [one, other] = [await hire(editor), await hire(editor)];
    const block = { id: 'https://lms.example.org/block/1' };
    const rule = (waived?: boolean) => ({
      platforms: ['inspira'],
      cmi5: {
        unit: { activity: block.id, moveOn: 'Passed' },
        satisfied: block.id,
        ...(waived === false && { waived }),
      },
    });
    await declare('block-course', { completion: [rule()] });
    await say(one, SATISFIED, '2023-01-10T10:00:00Z', crypto.randomUUID(), block);
    await say(other, WAIVED, '2023-01-10T10:00:00Z', crypto.randomUUID(), block);
    const counts = () => Promise.all([one, other].map(({ person }) => countsFor(store, person)));
    expect(await counts()).toEqual([['block-course'], ['block-course']]);
    await declare('block-course', { completion: [rule(false)] });
    expect(await counts()).toEqual([['block-course'], []]);
  });
});

describe('certificates that do not count', () => {
  it('a revoked one from a day on, for good; a suspended one from a day to a day', async () => {
    const { inspira, editor, store } = programme;
    const learner = await hire(editor);
    const { id } = await pass(inspira, learner, 'LMS-3395', '2023-01-10T10:00:00Z');
    const certificate = `earned:bsafe:${id}`;
    const on = (asOf: string, knownAt?: number) => certificatesOf(store, learner.person, { asOf, knownAt });
    const before = await headOf(store);
    const suspended = await withdraw(learner.person, {
      certificate,
      kind: 'suspended',
      from: '2023-03-01',
      to: '2023-03-31',
    });
    const days = ['2023-02-28', '2023-03-01', '2023-03-31', '2023-04-01'];
    const states = async (knownAt?: number) =>
      Promise.all(days.map(async (day) => statesIn(await on(day, knownAt)).bsafe));
    expect(await states()).toEqual(['valid', 'suspended', 'suspended', 'valid']);
    expect(about(await on('2023-02-28'), 'bsafe')).toMatchObject([
      { counts: true, until: { day: '2023-02-28', because: 'suspended' } },
    ]);

    const revoked = await withdraw(learner.person, { certificate, kind: 'revoked', from: '2023-03-15' });
    expect(await states()).toEqual(['valid', 'suspended', 'revoked', 'revoked']);
    const answer = await on('2024-01-01');
    expect(only(answer).stateSince).toEqual({
      day: '2023-03-15',
      revision: revoked.revision,
      reason: 'Copied.',
      authority: 'Training unit',
    });
    expect(about(answer, 'bsafe')).toMatchObject([
      { counts: false, failed: [{ condition: 'state', found: 'revoked', revision: revoked.revision }] },
    ]);
    expect(await states(suspended.revision)).toEqual(['valid', 'suspended', 'suspended', 'valid']);
    expect(await states(before)).toEqual(['valid', 'valid', 'valid', 'valid']);
  });

  it('a recorded one that was refused, with the reason; one that expired', async () => {
    const { editor, store } = programme;
    const { person } = await hire(editor);
    const submit = async (body: object) => {
      const path = `/learners/${person}/certificates`;
      return (await command(editor, 'POST', path, { issuer: 'Security office', evidence: [], ...body })).revision;
    };
    const refused = await submit({ course: 'bsafe', completed: '2023-01-10' });
    const expired = await submit({ course: 'ssafe', completed: '2023-01-10', expires: '2024-01-09' });
    const decided = { authority: 'Training unit', reason: 'Not signed.' };
    const { revision } = await command(editor, 'POST', `/certificates/${refused}/refuse`, decided);
    await command(editor, 'POST', `/certificates/${expired}/verify`, { authority: 'Training unit' });
    const answer = await certificatesOf(store, person, { asOf: '2024-01-10' });
    expect(statesIn(answer)).toEqual({ bsafe: 'refused', ssafe: 'expired' });
    expect(about(answer, 'bsafe')).toMatchObject([{ counts: false, failed: [{ condition: 'state', revision }] }]);
    expect(await countsFor(store, person, { asOf: '2024-01-09' })).toEqual(['ssafe']);
  });

  it('one of a replaced course from the day of the replacement, unless they are kept', async () => {
    const { inspira, editor, store } = programme;
    const learner = await hire(editor);
    await declare('new');
    const old = (keep?: boolean) =>
      declare('old', { replacedBy: { course: 'new', from: '2024-01-01', ...(keep && { keep }) } });
    await old(true);
    await pass(inspira, learner, 'old', '2023-01-10T10:00:00Z');
    const counts = (asOf: string, knownAt?: number) => countsFor(store, learner.person, { asOf, knownAt });
    expect(await counts('2024-01-01')).toEqual(['old']);
    const { revision } = await old();
    expect([await counts('2023-12-31'), await counts('2024-01-01')]).toEqual([['old'], []]);
    expect(await counts('2024-01-01', revision - 1)).toEqual(['old']);
    const answer = await certificatesOf(store, learner.person, { asOf: '2024-01-01' });
    const failed = [{ condition: 'replaced', required: { course: 'new', from: '2024-01-01' }, revision }];
    expect([about(answer, 'old'), about(answer, 'new')]).toMatchObject([[{ failed }], [{ counts: false, failed }]]);
  });

  it("one of an agency's own course elsewhere", async () => {
    const { inspira, editor, store } = programme;
    const learner = await hire(editor);
    await declare('own', { agency: 'agency-a' });
    await pass(inspira, learner, 'own', '2023-01-10T10:00:00Z');
    const counts = ['agency-a', 'agency-b', undefined].map((recognisedBy) =>
      countsFor(store, learner.person, { recognisedBy }),
    );
    expect(await Promise.all(counts)).toEqual([['own'], [], []]);
  });
});

describe('equivalence', () => {
  it('by a maximum age ends on its last day, which is computed from the completion', async () => {
    const { inspira, editor, store } = programme;
    const learner = await hire(editor);
    for (const course of ['aged', 'young']) await declare(course);
    const body = decisionBody([{ course: 'aged', maxAge: 'P1Y' }], 'young', { from: '2020-01-01' });
    const { revision } = await decide('aged-for-young', body);
    await pass(inspira, learner, 'aged', '2024-02-29T10:00:00Z');
    const on = async (asOf: string) => about(await certificatesOf(store, learner.person, { asOf }), 'young');
    expect(await on('2025-02-28')).toMatchObject([
      { counts: true, until: { day: '2025-02-28', because: 'maximum-age' }, decisions: [{ version: 1, revision }] },
    ]);
    expect(await on('2025-03-01')).toMatchObject([
      { counts: false, failed: [{ condition: 'maximum-age', required: 'P1Y', found: '2024-02-29' }] },
    ]);
  });

  it("'does not count' beats 'counts', and is cited with its reason", async () => {
    const { inspira, editor, store } = programme;
    const learner = await hire(editor);
    for (const course of ['weak', 'strong']) await declare(course);
    await decide('weak-for-strong', decisionBody('weak', 'strong'));
    await pass(inspira, learner, 'weak', '2023-01-10T10:00:00Z');
    expect(await countsFor(store, learner.person, { recognisedBy: 'agency-a' })).toEqual(['strong', 'weak']);
    const against = { effect: 'does-not-count', agency: 'agency-a', from: '2024-01-01', reason: 'Too short.' };
    const { revision } = await decide('weak-not-for-strong', decisionBody('weak', 'strong', against));
    const at = (recognisedBy: string, asOf: string) => certificatesOf(store, learner.person, { recognisedBy, asOf });
    expect(about(await at('agency-a', '2024-01-01'), 'strong')).toMatchObject([
      { counts: false, decisions: [{ decision: 'weak-not-for-strong', version: 1, revision, reason: 'Too short.' }] },
    ]);
    expect(about(await at('agency-a', '2023-12-31'), 'strong')).toMatchObject([
      { counts: true, until: { day: '2023-12-31', because: 'does-not-count' } },
    ]);
    expect(about(await at('agency-b', '2024-01-01'), 'strong')).toMatchObject([{ counts: true }]);
    expect(await countsFor(store, learner.person, { recognisedBy: 'agency-a', knownAt: revision - 1 })).toEqual([
      'strong',
      'weak',
    ]);
  });

  it('is one step only, unless it is declared transitive', async () => {
    const { inspira, editor, store } = programme;
    const learner = await hire(editor);
    for (const course of ['step-1', 'step-2', 'step-3']) await declare(course);
    await decide('1-for-2', decisionBody('step-1', 'step-2'));
    await decide('2-for-3', decisionBody('step-2', 'step-3'));
    await pass(inspira, learner, 'step-1', '2023-01-10T10:00:00Z');
    expect(await countsFor(store, learner.person)).toEqual(['step-1', 'step-2']);
    await decide('2-for-3', decisionBody('step-2', 'step-3', { transitive: true }));
    const answer = await certificatesOf(store, learner.person);
    const cited = [
      { decision: '1-for-2', version: 1 },
      { decision: '2-for-3', version: 2 },
    ];
    expect(about(answer, 'step-3')).toMatchObject([{ counts: true, decisions: cited }]);
  });

  it('can be mutual, or ask for several together', async () => {
    const { inspira, editor, store } = programme;
    const learner = await hire(editor);
    for (const course of ['left', 'right', 'part-1', 'part-2', 'whole']) await declare(course);
    await decide('left-and-right', decisionBody('left', 'right', { mutual: true }));
    await decide('parts', decisionBody([{ course: 'part-1' }, { course: 'part-2' }], 'whole'));
    await pass(inspira, learner, 'right', '2023-01-10T10:00:00Z');
    const one = await pass(inspira, learner, 'part-1', '2023-01-10T10:00:00Z');
    expect(await countsFor(store, learner.person)).toEqual(['left', 'part-1', 'right']);
    expect(about(await certificatesOf(store, learner.person), 'whole')).toMatchObject([
      { counts: false, failed: [{ condition: 'together-with', required: { course: 'part-2' }, found: [] }] },
    ]);
    const two = await pass(inspira, learner, 'part-2', '2023-02-10T10:00:00Z');
    expect(about(await certificatesOf(store, learner.person), 'whole')).toMatchObject([
      { counts: true, together: [`earned:part-1:${one.id}`] },
      { counts: true, together: [`earned:part-2:${two.id}`] },
    ]);
    const { decisions } = await question(store, '/equivalences', { source: 'part-2' });
    expect(decisions).toMatchObject([{ decision: 'parts', status: 'applies' }]);
  });
});
