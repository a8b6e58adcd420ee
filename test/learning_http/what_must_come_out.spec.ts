import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asking } from '../support/client.ts';
import { headOf, historyIds } from '../support/history.ts';
import {
  about,
  anInstantBetween,
  aPerson,
  assign,
  certificatesOf,
  command,
  countsFor,
  courseBody,
  decisionBody,
  hire,
  link,
  type Programme,
  pass,
  question,
  startProgramme,
  voidStatement,
} from './given.ts';

let programme: Programme;
let secretariat: Asking;
let agencyA: Asking;
beforeAll(async () => {
  programme = await startProgramme();
  secretariat = await programme.reader('secretariat');
  agencyA = await programme.reader('agency-a');
});
afterAll(() => programme.store.close());

/** The revision that declared something. */
async function revisionOf(path: string): Promise<number> {
  return (await question(secretariat, path)).revision;
}

describe('what must come out', () => {
  it('1: Advanced Security in the Field of May 2019 does not count for bsafe in 2024, for it was replaced', async () => {
    const { inspira, editor } = programme;
    const learner = await hire(editor);
    const before = await headOf(inspira);
    const { id, revision } = await pass(inspira, learner, 'advanced-security', '2019-05-14T10:00:00Z');
    const asked = { recognisedBy: 'secretariat', asOf: '2024-03-01' };
    const answer = await certificatesOf(secretariat, learner.person, asked);
    expect(answer).toMatchObject({ asOf: '2024-03-01', knownAt: revision, recognisedBy: 'secretariat' });
    expect(answer.certificates).toMatchObject([
      {
        counts: false,
        certificate: {
          id: `earned:advanced-security:${id}`,
          completed: '2019-05-14',
          state: 'valid',
          evidence: [{ kind: 'statement', statementId: id, revision, platform: 'inspira' }],
        },
      },
    ]);
    const replaced = {
      condition: 'replaced',
      required: { course: 'bsafe', from: '2019-06-01' },
      found: { course: 'advanced-security', completed: '2019-05-14' },
      revision: await revisionOf('/courses/advanced-security'),
    };
    expect(about(answer, 'advanced-security')).toMatchObject([{ by: 'itself', failed: [replaced] }]);
    const decision = {
      decision: 'advanced-security-not-for-bsafe',
      version: 1,
      revision: await revisionOf('/equivalences/advanced-security-not-for-bsafe'),
      reason: expect.stringContaining('replaced by BSAFE from June 2019'),
    };
    expect(about(answer, 'bsafe')).toMatchObject([
      { counts: false, by: 'itself', decisions: [], failed: [replaced] },
      { counts: false, by: 'decision', decisions: [decision] },
    ]);

    const inMay = await certificatesOf(secretariat, learner.person, { ...asked, asOf: '2019-05-31' });
    expect(about(inMay, 'advanced-security')).toMatchObject([
      { counts: true, until: { day: '2019-05-31', because: 'replaced' } },
    ]);
    const known = await certificatesOf(secretariat, learner.person, { ...asked, knownAt: before });
    expect([known.knownAt, known.certificates]).toEqual([before, []]);
  });

  it('2: LMS-2234 passed in 2015 counts for human-rights today, by the decision that is named', async () => {
    const { inspira, editor, policy } = programme;
    const learner = await hire(editor);
    const { id, revision } = await pass(inspira, learner, 'LMS-2234', '2015-09-01T08:00:00Z');
    const path = '/equivalences/lms-2234-for-2302';
    const declared = await revisionOf(path);
    const asked = { recognisedBy: 'secretariat' };
    const answer = await certificatesOf(secretariat, learner.person, asked);
    expect(answer.certificates[0]).toMatchObject({
      counts: true,
      certificate: { completed: '2015-09-01', editions: ['LMS-2234'], evidence: [{ statementId: id, revision }] },
    });
    const first = {
      decision: 'lms-2234-for-2302',
      version: 1,
      revision: declared,
      basis: 'United Nations mandatory learning page',
      decidedBy: 'secretariat',
    };
    expect(about(answer, 'human-rights-2302')).toMatchObject([
      { counts: true, until: null, by: 'decision', decisions: [first], failed: [] },
    ]);
    expect(about(answer, 'human-rights-2299')).toMatchObject([
      { counts: true, decisions: [{ decision: 'lms-2234-for-2299', version: 1 }] },
    ]);

    const { decision: _, version, revision: present, status, ...body } = await question(policy, path);
    expect([version, present, status]).toEqual([1, declared, 'applies']);
    const again = await command(policy, 'PUT', path, { ...body, basis: { document: 'Circular 2' } });
    const now = await certificatesOf(secretariat, learner.person, asked);
    const second = { ...first, version: 2, revision: again.revision, basis: 'Circular 2' };
    expect(about(now, 'human-rights-2302')).toMatchObject([{ counts: true, decisions: [second] }]);
    const then = await certificatesOf(secretariat, learner.person, { ...asked, knownAt: again.revision - 1 });
    expect(about(then, 'human-rights-2302')).toMatchObject([{ counts: true, decisions: [first] }]);
  });

  it('7: what was done under a self-made account is there while the account is linked, and nothing is rewritten', async () => {
    const { publicSite, editor, store } = programme;
    const { person } = await hire(editor);
    const address = `mailto:${person.toLowerCase()}@example.org`;
    const { id, revision } = await pass(publicSite, { actor: { mbox: address } }, 'LMS-1796', '2022-04-05T06:07:08Z');
    const asked = { recognisedBy: 'secretariat', asOf: '2022-12-31' };
    const views = async (knownAt?: number) => ({
      counts: await countsFor(secretariat, person, { ...asked, knownAt }),
      history: await historyIds(secretariat, person, { knownAt }),
    });
    const apart = { counts: [], history: [] };
    const together = { counts: ['ethics'], history: [id] };
    expect(await views()).toEqual(apart);
    const before = await headOf(store);

    const linked = await link(editor, person, address);
    expect(await views()).toEqual(together);
    const { certificates } = await certificatesOf(secretariat, person, asked);
    expect(certificates[0].certificate.evidence).toEqual([
      {
        kind: 'statement',
        statementId: id,
        revision,
        timestamp: '2022-04-05T06:07:08Z',
        platform: 'public-site',
        edition: expect.any(String),
      },
    ]);

    const { revision: withdrawn } = await command(editor, 'POST', `/links/${linked}/withdraw`, {
      reason: 'Not theirs.',
    });
    expect(await views()).toEqual(apart);
    expect([await views(before), await views(linked), await views(withdrawn - 1), await views(withdrawn)]).toEqual([
      apart,
      together,
      together,
      apart,
    ]);
    expect(await historyIds(store, address)).toEqual([id]);
  });

  it('8: an equivalence decided today for a past day changes that day, and not the day as it was known before', async () => {
    const { inspira, editor, policy, store } = programme;
    const learner = await hire(editor, 'agency-a');
    await command(policy, 'PUT', '/courses/field-safety', courseBody('field-safety', { agency: 'agency-b' }));
    const { id, revision } = await pass(inspira, learner, 'field-safety', '2021-03-10T09:00:00Z');
    const asked = { recognisedBy: 'agency-a', asOf: '2022-06-01' };
    const yesterday = await anInstantBetween();
    const before = await headOf(store);
    const unchanged = await certificatesOf(agencyA, learner.person, asked);
    expect(about(unchanged, 'bsafe')).toEqual([]);
    expect(about(unchanged, 'field-safety')).toMatchObject([
      { counts: false, failed: [{ condition: 'agency', required: 'agency-b', found: 'agency-a' }] },
    ]);

    const body = decisionBody('field-safety', 'bsafe', { agency: 'agency-a', from: '2021-01-01' });
    const decided = await command(policy, 'PUT', '/equivalences/field-safety-for-bsafe', body);
    const answer = await certificatesOf(agencyA, learner.person, asked);
    const decision = {
      decision: 'field-safety-for-bsafe',
      version: 1,
      revision: decided.revision,
      agency: 'agency-a',
      basis: 'Circular 1',
      decidedBy: 'Training board',
    };
    expect(about(answer, 'bsafe')).toMatchObject([{ counts: true, by: 'decision', decisions: [decision] }]);
    expect(answer.certificates[0].certificate.evidence).toMatchObject([{ statementId: id, revision }]);

    for (const knownAt of [before, yesterday]) {
      expect(await certificatesOf(agencyA, learner.person, { ...asked, knownAt })).toEqual(unchanged);
      const { decisions } = await question(agencyA, '/equivalences', { target: 'bsafe', agency: 'agency-a', knownAt });
      expect(decisions.map((one: { decision: string }) => one.decision)).not.toContain('field-safety-for-bsafe');
    }
    const early = await certificatesOf(agencyA, learner.person, { ...asked, asOf: '2020-12-31' });
    expect(early.certificates).toEqual([]);
  });

  it('9: after a transfer some certificates count and some do not, each with the reason', async () => {
    const { inspira, editor, policy, store } = programme;
    const { person, actor } = aPerson();
    await assign(editor, person, 'secretariat', '2015-01-01', '2024-12-31');
    const moved = await assign(editor, person, 'agency-a', '2025-01-01');
    await link(editor, person, `account:${actor.account.homePage}|${actor.account.name}`);
    for (const own of ['briefing', 'drill']) {
      await command(policy, 'PUT', `/courses/${own}`, courseBody(own, { agency: 'secretariat' }));
    }
    const source = [{ course: 'drill', maxAge: 'P3Y' }];
    const body = decisionBody(source, 'ssafe', { agency: 'agency-a', from: '2020-01-01' });
    const decided = await command(policy, 'PUT', '/equivalences/drill-for-ssafe', body);
    const ethics = await pass(inspira, { actor }, 'LMS-2164', '2018-02-03T12:00:00Z');
    const briefing = await pass(inspira, { actor }, 'briefing', '2019-02-03T12:00:00Z');
    const drill = await pass(inspira, { actor }, 'drill', '2022-02-03T12:00:00Z');
    const transfer = (asking: Asking, on: string, knownAt?: number) =>
      question(asking, `/learners/${person}/transfer`, { to: 'agency-a', on, knownAt });

    const answer = await transfer(agencyA, '2025-01-15');
    const shown = (list: { certificate: { id: string } }[]) => list.map(({ certificate }) => certificate.id);
    expect([shown(answer.counts), shown(answer.doesNotCount)]).toEqual([
      [`earned:drill:${drill.id}`, `earned:ethics:${ethics.id}`],
      [`earned:briefing:${briefing.id}`],
    ]);
    const asOne = (list: unknown) => ({ certificates: list });
    const cited = { decision: 'drill-for-ssafe', version: 1, revision: decided.revision };
    expect(about(asOne(answer.counts), 'ssafe')).toMatchObject([
      { counts: true, until: { day: '2025-02-03', because: 'maximum-age' }, decisions: [cited] },
    ]);
    expect(about(asOne(answer.counts), 'ethics')).toMatchObject([{ counts: true, by: 'itself', until: null }]);
    expect(about(asOne(answer.doesNotCount), 'briefing')).toMatchObject([
      {
        counts: false,
        failed: [
          {
            condition: 'agency',
            required: 'secretariat',
            found: 'agency-a',
            revision: await revisionOf('/courses/briefing'),
          },
        ],
      },
    ]);
    expect(answer.doesNotCount[0].certificate.evidence).toMatchObject([
      { statementId: briefing.id, revision: briefing.revision },
    ]);

    const later = await transfer(agencyA, '2025-02-04');
    expect(about(asOne(later.doesNotCount), 'ssafe')).toMatchObject([
      {
        counts: false,
        decisions: [cited],
        failed: [{ condition: 'maximum-age', required: 'P3Y', found: '2022-02-03' }],
      },
    ]);
    const then = await transfer(store, '2025-01-15', briefing.revision);
    expect([shown(then.counts), shown(then.doesNotCount)]).toEqual([
      [`earned:ethics:${ethics.id}`],
      [`earned:briefing:${briefing.id}`],
    ]);
    const { status } = await agencyA.ask(
      `/api/learners/${person}/transfer?to=agency-a&on=2025-01-15&knownAt=${moved.revision - 1}`,
    );
    expect(status, 'not of their people, as known then').toBe(404);
  });

  it('10: a completion that was voided no longer counts; as known before the voiding it still does', async () => {
    const { inspira, editor } = programme;
    const learner = await hire(editor);
    const stated = await pass(inspira, learner, 'LMS-3395', '2023-07-08T09:10:11Z');
    const asked = { recognisedBy: 'secretariat', asOf: '2024-01-31' };
    const unchanged = await certificatesOf(secretariat, learner.person, asked);
    expect(about(unchanged, 'bsafe')).toMatchObject([{ counts: true, by: 'itself' }]);
    const voiding = await voidStatement(inspira, stated);

    const now = await certificatesOf(secretariat, learner.person, asked);
    expect([now.knownAt, now.certificates]).toEqual([voiding.revision, []]);
    const then = await certificatesOf(secretariat, learner.person, { ...asked, knownAt: stated.revision });
    expect(then).toEqual(unchanged);
    expect(then.certificates[0].certificate.evidence).toMatchObject([
      { statementId: stated.id, revision: stated.revision },
    ]);

    expect(await historyIds(secretariat, learner.person)).not.toContain(stated.id);
    const { entries } = await question(secretariat, `/learners/${learner.person}/history`, { voided: 'include' });
    expect(entries.find(({ statementId }: { statementId: string }) => statementId === stated.id)).toMatchObject({
      revision: stated.revision,
      voided: { revision: voiding.revision },
    });
  });
});
