import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asking } from '../support/client.ts';
import { headOf } from '../support/history.ts';
import type { Posted } from '../support/statements.ts';
import { complete, hireWith, listedOf, recordFacts, recordPlace, standing, standingOf } from './compliance_given.ts';
import {
  anInstantBetween,
  aPerson,
  assign,
  command,
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

/** What must come out, in terms of who is in order: what counts alone is in `what_must_come_out.spec.ts`. */

let programme: Programme;
let secretariat: Asking;
let agencyA: Asking;
beforeAll(async () => {
  programme = await startProgramme();
  secretariat = await programme.reader('secretariat');
  agencyA = await programme.reader('agency-a');
});
afterAll(() => programme.store.close());

/** The statuses of a learner on a day, by the requirement, without what depends on later changes of the person. */
async function statusesOn(person: string, asOf: string, knownAt?: number): Promise<Record<string, string>> {
  const { agencies } = await question(secretariat, `/learners/${person}/compliance`, { asOf, knownAt });
  const statuses: Posted[] = agencies[0].statuses;
  return Object.fromEntries(statuses.map(({ requirement, status }) => [requirement, status]));
}

const required = (statuses: Record<string, string>) =>
  Object.keys(statuses).filter((requirement) => statuses[requirement] !== 'not-required');

describe('what must come out', () => {
  it('1: Advanced Security in the Field of May 2019 does not meet bsafe in 2024: it was replaced from June 2019', async () => {
    const learner = await hire(programme.editor);
    const { id } = await complete(programme, learner, 'advanced-security', '2019-05-14');
    const asked = { asOf: '2024-03-01' };
    const found = await standingOf(secretariat, learner.person, 'bsafe', asked);
    expect(found).toMatchObject({ status: 'overdue', since: '2019-06-01', missing: ['bsafe'] });
    const replaced = { condition: 'replaced', required: { course: 'bsafe', from: '2019-06-01' } };
    const notCounting = found.satisfaction.notCounting as Posted[];
    expect(notCounting.map((one) => one.id)).toEqual([
      `earned:advanced-security:${id}`,
      `earned:advanced-security:${id}`,
    ]);
    expect(notCounting[0]!.failed).toMatchObject([replaced]);
    expect(notCounting[1]!.decisions).toMatchObject([
      { decision: 'advanced-security-not-for-bsafe', reason: expect.stringContaining('from June 2019') },
    ]);
    expect(
      await listedOf(secretariat, learner.person, { ...asked, requirement: 'bsafe', status: 'overdue' }),
    ).toMatchObject([{ since: '2019-06-01', missing: ['bsafe'], evidence: null }]);
  });

  it.each([
    ['POLNET', 'human-rights-2302', 'lms-2234-for-2302'],
    ['SAFETYNET', 'human-rights-2299', 'lms-2234-for-2299'],
  ])(
    '2: LMS-2234 of 2015 meets human-rights today in %s, by the decision that is named',
    async (jobNetwork, course, decision) => {
      const learner = await hireWith(programme.editor, { jobNetwork });
      const { id, revision } = await complete(programme, learner, 'LMS-2234', '2015-09-01');
      const found = await standingOf(secretariat, learner.person, 'human-rights');
      expect(found).toMatchObject({ status: 'compliant', until: null, missing: [] });
      const certificate = {
        course: 'human-rights-2234',
        decisions: [{ decision }],
        evidence: [{ statementId: id, revision }],
      };
      expect(found.satisfaction.parts).toMatchObject([{ kind: 'when', parts: [{ course, met: true, certificate }] }]);
      expect(found.facts).toContainEqual(expect.objectContaining({ name: 'jobNetwork', value: jobNetwork }));
    },
  );

  it('2: whose job network nobody recorded is undetermined, and this is said', async () => {
    const learner = await hire(programme.editor);
    await complete(programme, learner, 'LMS-2234', '2015-09-01');
    const unknown = { status: 'undetermined', unknown: [{ fact: 'jobNetwork' }] };
    expect(await standingOf(secretariat, learner.person, 'human-rights', { asOf: '2024-01-01' })).toMatchObject(
      unknown,
    );
    expect(
      await listedOf(secretariat, learner.person, { asOf: '2024-01-01', requirement: 'human-rights' }),
    ).toMatchObject([unknown]);
  });

  it('3: PSEA of 15 January 2023 in the earlier version: compliant on 31 January, not on 1 February', async () => {
    const learner = await hire(programme.editor);
    await complete(programme, learner, 'psea-1', '2023-01-15');
    const on = (asOf: string) => standing(secretariat, learner.person, 'psea', { asOf });
    expect(await on('2023-01-14')).toBe('overdue since 2015-01-01');
    expect(await on('2023-01-15')).toMatch(/^compliant until 2023-01-31 \((replaced|successor)\)$/);
    expect(await on('2023-01-31')).toMatch(/^compliant until 2023-01-31/);
    expect(await on('2023-02-01')).toBe('overdue since 2023-02-01');
    expect(await on('2024-02-01')).toBe('overdue since 2023-02-01');
  });

  it('4: a civilian supervisor: the all-staff PSEA 2.0 meets one, that for Managers both', async () => {
    const facts = { supervisor: true, category: 'professional' };
    const both = (person: string, asOf: string) =>
      Promise.all(['psea', 'psea-managers'].map((one) => standing(secretariat, person, one, { asOf })));
    const first = await hireWith(programme.editor, facts);
    await complete(programme, first, 'LMS-7256', '2023-03-01');
    expect(await both(first.person, '2023-03-01')).toEqual(['compliant', 'overdue since 2023-02-01']);
    await complete(programme, first, 'LMS-7145', '2023-04-01');
    expect(await both(first.person, '2023-04-01')).toEqual(['compliant', 'compliant']);
    const other = await hireWith(programme.editor, facts);
    await complete(programme, other, 'LMS-7214', '2023-04-01');
    expect(await both(other.person, '2023-03-31')).toEqual(['overdue since 2015-01-01', 'overdue since 2023-02-01']);
    expect(await both(other.person, '2023-04-01')).toEqual(['compliant', 'compliant']);
    expect(await standing(secretariat, other.person, 'psea-commanders', { asOf: '2023-04-01' })).toBe('not-required');
  });

  it('5: the assessment of 20 March 2025 covers the cycle from 1 April 2024; on 1 April 2025 a new one is due', async () => {
    const learner = await hire(programme.editor);
    const on = (asOf: string) => standing(secretariat, learner.person, 'infosec-assessment', { asOf });
    await complete(programme, learner, 'LMS-1834', '2024-02-01');
    expect(await on('2025-03-20')).toMatch(/^overdue/);
    await complete(programme, learner, 'LMS-7271', '2025-03-20');
    expect(await on('2025-03-19')).toMatch(/^overdue/);
    expect(await on('2025-03-20')).toBe('compliant until 2025-03-31 (cycle)');
    expect(await on('2025-03-31')).toBe('compliant until 2025-03-31 (cycle)');
    expect(await on('2025-04-01')).toBe('due by 2026-03-31');
    expect(await on('2026-04-01')).toBe('overdue since 2026-04-01');
    expect(await standing(secretariat, learner.person, 'infosec', { asOf: '2026-04-01' })).toBe('compliant');
  });

  it('5: the assessment before the Foundational course does not cover it', async () => {
    const learner = await hire(programme.editor);
    await complete(programme, learner, 'LMS-7271', '2025-03-20');
    await complete(programme, learner, 'LMS-1834', '2025-03-21');
    const found = await standingOf(secretariat, learner.person, 'infosec-assessment', { asOf: '2025-03-25' });
    expect(found).toMatchObject({ status: 'overdue', missing: ['infosec-assessment'] });
    expect(found.satisfaction.parts[1].notCounting).toMatchObject([{ failed: [{ condition: 'order' }] }]);
  });

  it.each<[string, [string, unknown, unknown], string[], string[]]>([
    ['a grade change from D1 to D2', ['grade', 'D1', 'D2'], [], ['senior-leadership']],
    ['a grade change from D2 to ASG', ['grade', 'D2', 'ASG'], ['leaders-programme'], []],
    ['a new duty station', ['dutyStation', 'mission-a', 'office-9'], ['induction', 'ssafe', 'senior-leadership'], []],
    ['a new job network', ['jobNetwork', 'POLNET', 'OTHERNET'], ['human-rights'], []],
    [
      'becoming a supervisor',
      ['supervisor', false, true],
      [],
      ['performance-management', 'psea-managers', 'respect-managers'],
    ],
  ])('6: %s changes what is required from that day on', async (_what, [name, before, after], less, more) => {
    const { editor, store, policy } = programme;
    for (const [place, is] of [
      ['mission-a', true],
      ['office-9', false],
    ] as const) {
      await recordPlace(policy, place, { name: 'peacekeeping', value: is, from: '2000-01-01' });
      await recordPlace(policy, place, { name: 'requires', key: 'ssafe', value: is, from: '2000-01-01' });
    }
    const grade = name === 'dutyStation' ? 'D2' : 'D1';
    const facts = { dutyStation: 'mission-a', grade, category: 'professional', jobNetwork: 'POLNET', [name]: before };
    const { person } = await hireWith(editor, facts);
    const known = await headOf(store);
    const days = ['2024-06-30', '2024-07-01'] as const;
    const eve = await statusesOn(person, days[0]);
    const day = await statusesOn(person, days[1]);
    expect(day).toEqual(eve);
    const listed = await listedOf(secretariat, person, { asOf: days[0] });
    const changed = await recordFacts(editor, person, { name, value: after, from: days[1] });

    expect(await statusesOn(person, days[0])).toEqual(eve);
    expect(await statusesOn(person, days[1], known)).toEqual(day);
    const now = await statusesOn(person, days[1]);
    const [was, is] = [required(eve), required(now)];
    expect(was.filter((one) => !is.includes(one)).sort()).toEqual(less.toSorted());
    expect(is.filter((one) => !was.includes(one)).sort()).toEqual(more.toSorted());

    const row = ({ requirement, status }: Posted) => `${requirement} ${status}`;
    expect((await listedOf(secretariat, person, { asOf: days[0] })).map(row).sort()).toEqual(listed.map(row).sort());
    const { changes } = await question(secretariat, '/agencies/secretariat/compliance/diff', {
      asOf: days[0],
      toAsOf: days[1],
    });
    const own = changes.filter((one: Posted) => one.person === person);
    expect(own.map((one: Posted) => one.requirement).sort()).toEqual([...less, ...more].sort());
    const asKnown = { asOf: days[1], knownAt: String(known), toKnownAt: String(changed.revision) };
    const learnt = await question(secretariat, '/agencies/secretariat/compliance/diff', asKnown);
    const ofPerson = learnt.changes.filter((one: Posted) => one.person === person);
    expect(ofPerson.map((one: Posted) => one.requirement).sort()).toEqual([...less, ...more].sort());
    for (const { causes } of ofPerson) {
      expect(causes).toContainEqual(expect.objectContaining({ revision: changed.revision }));
    }
  });

  it('7: what was done under a self-made account meets ethics while the account is linked', async () => {
    const { publicSite, editor, store } = programme;
    const { person } = await hire(editor);
    const address = `mailto:${person.toLowerCase()}@example.org`;
    const { id, revision } = await pass(publicSite, { actor: { mbox: address } }, 'LMS-1796', '2022-04-05T06:07:08Z');
    const on = (knownAt?: number) => standing(secretariat, person, 'ethics', { asOf: '2022-12-31', knownAt });
    expect(await on()).toBe('overdue since 2015-01-01');
    const before = await headOf(store);
    const linked = await link(editor, person, address);
    expect(await on()).toBe('compliant');
    const { satisfaction } = await standingOf(secretariat, person, 'ethics', { asOf: '2022-12-31' });
    expect(satisfaction.certificate.evidence).toMatchObject([{ statementId: id, revision, platform: 'public-site' }]);
    expect(await listedOf(secretariat, person, { asOf: '2022-12-31', requirement: 'ethics' })).toMatchObject([
      { status: 'compliant', evidence: revision, revision: linked },
    ]);
    await command(editor, 'POST', `/links/${linked}/withdraw`, { reason: 'Not theirs.' });
    expect(await on()).toBe('overdue since 2015-01-01');
    expect([await on(before), await on(linked)]).toEqual(['overdue since 2015-01-01', 'compliant']);
  });

  it('8: an equivalence decided today for a past day changes that day, and not the day as known yesterday', async () => {
    const { editor, policy, store } = programme;
    const learner = await hire(editor, 'agency-a');
    await command(policy, 'PUT', '/courses/fire-safety', courseBody('fire-safety', { agency: 'agency-b' }));
    await complete(programme, learner, 'fire-safety', '2021-03-10');
    const asked = { agency: 'agency-a', asOf: '2022-06-01' };
    const yesterday = await anInstantBetween();
    const before = await headOf(store);
    const unchanged = await standingOf(agencyA, learner.person, 'bsafe', asked);
    expect(unchanged).toMatchObject({ status: 'overdue', since: '2019-06-01' });
    const counted = await question(agencyA, '/agencies/agency-a/compliance', {
      asOf: '2022-06-01',
      requirement: 'bsafe',
    });

    const body = decisionBody('fire-safety', 'bsafe', { agency: 'agency-a', from: '2021-01-01' });
    const { revision } = await command(policy, 'PUT', '/equivalences/fire-safety-for-bsafe', body);
    const found = await standingOf(agencyA, learner.person, 'bsafe', asked);
    expect(found).toMatchObject({ status: 'compliant', until: null });
    expect(found.satisfaction.certificate.decisions).toMatchObject([{ decision: 'fire-safety-for-bsafe', revision }]);
    expect(await standing(agencyA, learner.person, 'bsafe', { ...asked, asOf: '2021-03-09' })).toMatch(/^overdue/);
    for (const knownAt of [before, yesterday]) {
      expect(await standingOf(agencyA, learner.person, 'bsafe', { ...asked, knownAt })).toEqual(unchanged);
      const past = { asOf: '2022-06-01', requirement: 'bsafe', knownAt: String(knownAt) };
      const { requirements } = await question(agencyA, '/agencies/agency-a/compliance', past);
      expect(requirements).toEqual(counted.requirements);
    }
  });

  it('9: who transfers has left to take what is missing in the new agency', async () => {
    const { editor, policy } = programme;
    const { person, actor } = aPerson();
    await assign(editor, person, 'secretariat', '2015-01-01', '2024-12-31');
    await assign(editor, person, 'agency-a', '2025-01-01');
    await link(editor, person, `account:${actor.account.homePage}|${actor.account.name}`);
    await command(policy, 'PUT', '/courses/old-hand', courseBody('old-hand', { agency: 'secretariat' }));
    const changes = { effect: 'does-not-count', agency: 'agency-a', reason: 'It is another course.' };
    const refuses = decisionBody('fraud', 'fraud-2', changes);
    await command(policy, 'PUT', '/courses/fraud-2', courseBody('fraud-2'));
    await command(policy, 'PUT', '/equivalences/fraud-not-for-fraud-2', refuses);
    const own = {
      title: 'Fraud, as the agency has it',
      agency: 'agency-a',
      from: '2020-01-01',
      appliesTo: { all: [] },
      satisfiedBy: { course: 'fraud-2' },
      timeToComply: { within: 'P3M' },
    };
    await command(policy, 'PUT', '/requirements/agency-a-fraud', own);
    for (const [course, day] of [
      ['LMS-2164', '2018-02-03'],
      ['LMS-2926', '2019-02-03'],
      ['LMS-3395', '2020-02-03'],
      ['old-hand', '2020-03-03'],
    ] as const) {
      await complete(programme, { actor }, course, day);
    }
    const counts = await question(agencyA, `/learners/${person}/transfer`, { to: 'agency-a', on: '2025-01-01' });
    const courses = (list: Posted[]) => list.map(({ certificate }) => certificate.course).sort();
    expect(courses(counts.counts)).toEqual(['bsafe', 'ethics', 'fraud']);
    expect(courses(counts.doesNotCount)).toEqual(['old-hand']);

    const { agencies } = await question(agencyA, `/learners/${person}/compliance`, { asOf: '2025-01-01' });
    expect(agencies.map((one: Posted) => one.agency)).toEqual(['agency-a']);
    const statuses: Posted[] = agencies[0].statuses;
    const left = statuses.filter(({ status }) => ['due', 'overdue'].includes(status));
    const missing = [...new Set(left.flatMap((one) => one.missing))].sort();
    expect(missing).toEqual(['fraud-2', 'gender', 'infosec', 'infosec-assessment', 'psea', 'records', 'respect']);
    expect(left.find((one) => one.requirement === 'agency-a-fraud')).toMatchObject({ status: 'due', by: '2025-04-01' });
    const refused = left.find((one) => one.requirement === 'agency-a-fraud')!.satisfaction.notCounting;
    expect(refused).toMatchObject([{ course: 'fraud', decisions: [{ decision: 'fraud-not-for-fraud-2' }] }]);
    const listed = await listedOf(agencyA, person, { agency: 'agency-a', asOf: '2025-01-01', status: 'due,overdue' });
    expect([...new Set(listed.flatMap((one) => one.missing))].sort()).toEqual(missing);
    expect(await standing(secretariat, person, 'ethics', { asOf: '2024-12-31' })).toBe('compliant');
    expect(await listedOf(secretariat, person, { asOf: '2025-01-01' })).toEqual([]);
  });

  it('10: a completion that was voided no longer meets bsafe; as known before the voiding it still does', async () => {
    const { editor, inspira } = programme;
    const learner = await hire(editor);
    const stated = await complete(programme, learner, 'LMS-3395', '2023-07-08');
    const asked = { asOf: '2024-01-31' };
    const listed = () => listedOf(secretariat, learner.person, { ...asked, requirement: 'bsafe' });
    const unchanged = await standingOf(secretariat, learner.person, 'bsafe', asked);
    expect(unchanged).toMatchObject({ status: 'compliant' });
    expect(await listed()).toMatchObject([{ status: 'compliant', evidence: stated.revision }]);
    const voiding = await voidStatement(inspira, stated);
    expect(await standing(secretariat, learner.person, 'bsafe', asked)).toBe('overdue since 2019-06-01');
    expect(await listed()).toMatchObject([{ status: 'overdue', evidence: null, revision: voiding.revision }]);
    const before = { ...asked, knownAt: stated.revision };
    expect(await standingOf(secretariat, learner.person, 'bsafe', before)).toEqual(unchanged);
    const { changes } = await question(secretariat, '/agencies/secretariat/compliance/diff', {
      ...asked,
      knownAt: String(stated.revision),
      toKnownAt: String(voiding.revision),
    });
    expect(changes.filter((one: Posted) => one.person === learner.person)).toMatchObject([
      { requirement: 'bsafe', before: { status: 'compliant' }, after: { status: 'overdue' } },
    ]);
  });
});
