import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headOf } from '../support/history.ts';
import type { Posted } from '../support/statements.ts';
import {
  about,
  anInstantBetween,
  certificatesOf,
  command,
  countsFor,
  courseBody,
  decisionBody,
  hire,
  type Programme,
  pass,
  question,
  startProgramme,
  statesIn,
  voidStatement,
} from './given.ts';

let programme: Programme;
beforeAll(async () => {
  programme = await startProgramme();
});
afterAll(() => programme.store.close());

const completed = ({ certificates }: Posted) => certificates.map(({ certificate }: Posted) => certificate.completed);

describe('days', () => {
  it('are those of the agency that answers: late on 31 January in New York is 1 February in UTC', async () => {
    const { inspira, editor, store, policy } = programme;
    const { person, actor } = await hire(editor);
    await pass(inspira, { actor }, 'LMS-3395', '2024-01-31T23:30:00-05:00');
    await command(store, 'PUT', '/agencies/agency-utc', { name: 'An agency without a zone' });
    for (const [recognisedBy, day] of [
      ['secretariat', '2024-01-31'],
      ['agency-a', '2024-02-01'],
      ['agency-utc', '2024-02-01'],
      [undefined, '2024-02-01'],
    ]) {
      expect(completed(await certificatesOf(store, person, { recognisedBy })), recognisedBy).toEqual([day]);
    }
    expect(await countsFor(store, person, { recognisedBy: 'secretariat', asOf: '2024-01-31' })).toEqual(['bsafe']);
    expect(await countsFor(store, person, { recognisedBy: 'agency-utc', asOf: '2024-01-31' })).toEqual([]);

    const source = [{ course: 'bsafe', completedTo: '2024-01-31' }];
    await command(policy, 'PUT', '/equivalences/in-january', decisionBody(source, 'ssafe'));
    expect(await countsFor(store, person, { recognisedBy: 'secretariat' })).toEqual(['bsafe', 'ssafe']);
    const inUtc = await certificatesOf(store, person, { recognisedBy: 'agency-utc' });
    expect(about(inUtc, 'ssafe')).toMatchObject([
      { counts: false, failed: [{ condition: 'completed-to', required: '2024-01-31', found: '2024-02-01' }] },
    ]);
  });

  it('an instant is taken to its day in the zone of the agency', async () => {
    const { inspira, editor, store } = programme;
    const { person, actor } = await hire(editor);
    await pass(inspira, { actor }, 'LMS-3395', '2024-01-31T23:30:00-05:00');
    const asked = { asOf: '2024-02-01T03:00:00Z' };
    const answers = await Promise.all(
      ['secretariat', 'agency-a'].map((recognisedBy) => certificatesOf(store, person, { ...asked, recognisedBy })),
    );
    expect(answers.map((answer) => [answer.asOf, completed(answer)])).toEqual([
      ['2024-01-31', ['2024-01-31']],
      ['2024-02-01', ['2024-02-01']],
    ]);
  });

  it('a completion without a timestamp is of the day on which it was stored', async () => {
    const { inspira, editor, store } = programme;
    const { person, actor } = await hire(editor);
    const statement = { actor, verb: { id: 'http://adlnet.gov/expapi/verbs/passed' } };
    const object = { id: 'https://lms.example.org/course/LMS-2302' };
    const { json } = await inspira.ask('/xapi/statements', { body: { ...statement, object } });
    const { stored } = (await store.ask(`/xapi/statements?statementId=${json[0]}`)).json;
    expect(completed(await certificatesOf(store, person))).toEqual([stored.slice(0, 10)]);
  });
});

describe('two times', () => {
  it('X for Y, revoked from 1 July 2025 on: as of 5 July, keeping: P only; not keeping: neither; known before: both', async () => {
    const { inspira, editor, policy, store } = programme;
    const [p, q] = [await hire(editor), await hire(editor)];
    for (const course of ['X', 'Y']) await command(policy, 'PUT', `/courses/${course}`, courseBody(course));
    const { revision: decided } = await command(policy, 'PUT', '/equivalences/X-for-Y', decisionBody('X', 'Y'));
    await pass(inspira, p, 'X', '2025-05-10T12:00:00Z');
    await pass(inspira, q, 'X', '2025-07-02T12:00:00Z');
    const asOf = '2025-07-05';
    const view = async (knownAt?: number | string) => {
      const answers = [p, q].map(({ person }) => certificatesOf(store, person, { asOf, knownAt }));
      return (await Promise.all(answers)).map((answer) => about(answer, 'Y')[0]!);
    };
    const revoke = async (keep: boolean) =>
      (await command(policy, 'POST', '/equivalences/X-for-Y/revoke', { from: '2025-07-01', keep, reason: 'Shorter.' }))
        .revision;
    const cited = { decision: 'X-for-Y', version: 1, revision: decided };
    const both = [
      { counts: true, decisions: [cited] },
      { counts: true, decisions: [cited] },
    ];
    const known = [await headOf(store), await anInstantBetween()] as const;
    expect(await view()).toMatchObject(both);

    const keeping = await revoke(true);
    const failsKeeping = {
      condition: 'decision-revoked',
      required: { completedBefore: '2025-07-01' },
      found: '2025-07-02',
      revision: keeping,
    };
    const onlyP = [
      { counts: true, decisions: [cited] },
      { counts: false, decisions: [cited], failed: [failsKeeping] },
    ];
    expect(await view()).toMatchObject(onlyP);
    expect((await question(store, '/equivalences/X-for-Y', { asOf })).status).toBe('revoked-keeping');

    const notKeeping = await revoke(false);
    const fails = {
      condition: 'decision-revoked',
      required: { before: '2025-07-01' },
      found: asOf,
      revision: notKeeping,
    };
    expect(await view()).toMatchObject([
      { counts: false, failed: [fails] },
      { counts: false, failed: [fails] },
    ]);
    expect(await view(keeping)).toMatchObject(onlyP);
    for (const knownAt of known) expect(await view(knownAt)).toMatchObject(both);
    const inJune = await certificatesOf(store, p.person, { asOf: '2025-06-30' });
    expect(about(inJune, 'Y')).toMatchObject([
      { counts: true, until: { day: '2025-06-30', because: 'decision-revoked' } },
    ]);
  });

  it('a certificate is pending as known before its verification, and valid from its completion day as known after', async () => {
    const { editor, store } = programme;
    const { person } = await hire(editor);
    const body = { course: 'bsafe', issuer: 'Security office', number: '17', completed: '2024-05-10', evidence: [] };
    const { revision: recorded } = await command(editor, 'POST', `/learners/${person}/certificates`, body);
    const asked = { recognisedBy: 'secretariat', asOf: '2024-05-15' };
    const submitted = await anInstantBetween();
    const { revision: verified } = await command(editor, 'POST', `/certificates/${recorded}/verify`, {
      authority: 'Training unit',
    });
    for (const knownAt of [recorded, submitted]) {
      const answer = await certificatesOf(store, person, { ...asked, knownAt });
      expect(statesIn(answer)).toEqual({ bsafe: 'pending' });
      expect(about(answer, 'bsafe')).toMatchObject([
        { counts: false, failed: [{ condition: 'state', required: 'valid', found: 'pending', revision: recorded }] },
      ]);
    }
    const answer = await certificatesOf(store, person, asked);
    expect(about(answer, 'bsafe')).toMatchObject([{ counts: true, by: 'itself' }]);
    expect(answer.certificates[0].certificate).toMatchObject({
      id: `recorded:${recorded}`,
      state: 'valid',
      evidence: [
        { issuer: 'Security office', number: '17', verifiedBy: { authority: 'Training unit', revision: verified } },
      ],
    });
    expect((await certificatesOf(store, person, { ...asked, asOf: '2024-05-09' })).certificates).toEqual([]);
  });

  it('the order of arrival of statements and voidings does not change the view', async () => {
    const { inspira, editor, store } = programme;
    const said = ['2023-01-10T10:00:00Z', '2023-01-10T08:00:00Z', '2023-06-01T08:00:00Z'] as const;
    const view = async (person: string) =>
      (await certificatesOf(store, person, { asOf: '2024-01-01' })).certificates.map(({ certificate }: Posted) => [
        certificate.completed,
        certificate.evidence.map(({ timestamp }: Posted) => timestamp),
      ]);
    const views = [];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const learner = await hire(editor);
      for (const i of order) {
        const stated = await pass(inspira, learner, 'LMS-1796', said[i]!);
        if (i === 2) await voidStatement(inspira, stated);
      }
      views.push(await view(learner.person));
    }
    const first = [['2023-01-10', [said[1], said[0]]]];
    expect(views).toEqual([first, first, first]);
  });

  it('every answer names the day and the revision that it used, and an instant before all gives nothing', async () => {
    const { inspira, editor, store } = programme;
    const learner = await hire(editor);
    const { revision } = await pass(inspira, learner, 'LMS-1796', '2023-01-10T10:00:00Z');
    const answer = await certificatesOf(store, learner.person, { knownAt: `${revision}`, asOf: '2023-01-10' });
    expect([answer.asOf, answer.knownAt]).toEqual(['2023-01-10', revision]);
    const { status } = await store.ask(`/api/learners/${learner.person}/certificates?knownAt=2000-01-01T00:00:00Z`);
    expect(status, 'a person of whom nothing was known').toBe(404);
  });
});
