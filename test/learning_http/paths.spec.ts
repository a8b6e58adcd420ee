import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyOf } from '../support/history.ts';
import type { Posted } from '../support/statements.ts';
import { KEY } from '../support/store.ts';
import { assign, command, hire, link, type Person, type Programme, pass, question, startProgramme } from './given.ts';

let programme: Programme;
beforeAll(async () => {
  programme = await startProgramme();
  const authorities = [`account:https://ledgerline.example/credentials|${KEY}`];
  await command(programme.store, 'PUT', '/platforms/hub', { name: 'The hub', authorities });
});
afterAll(() => programme.store.close());

const on = (day: string) => `${day}T10:00:00Z`;
const passOn = (learner: Person, course: string, day: string) => pass(programme.inspira, learner, course, on(day));
const pathOf = async (person: string, path: string, query = {}) =>
  (await question(programme.store, `/learners/${person}/paths/${path}`, query)).progress;
const stepsDone = ({ steps }: Posted) =>
  steps.filter(({ done }: Posted) => done).map(({ step }: Posted): string => step);

describe('section 2, the self-directed learning hub', () => {
  it('progress of a learner on a curated path: steps done, left, last activity', async () => {
    const learner = await hire(programme.editor);
    const stated = await passOn(learner, 'hub-feedback', '2024-03-01');
    const { revision } = await passOn(learner, 'hub-interpretation', '2024-04-01');
    const progress = await pathOf(learner.person, 'inclusive-teams', { asOf: '2024-05-01' });
    expect(progress).toMatchObject({
      ordered: false,
      done: 2,
      left: 2,
      of: 4,
      stage: 'begun',
      lastActivity: '2024-04-01',
      next: 'gender',
    });
    expect(stepsDone(progress)).toEqual(['hub-feedback', 'languages']);
    expect(progress.steps[2]).toMatchObject({
      since: '2024-03-01',
      agency: 'secretariat',
      certificates: [{ course: 'hub-feedback', evidence: [{ statementId: stated.id, revision: stated.revision }] }],
    });
    expect(progress.steps[0]).toMatchObject({ done: false, missing: ['gender'] });
    const early = { asOf: '2024-03-31' };
    expect(stepsDone(await pathOf(learner.person, 'inclusive-teams', early))).toEqual(['hub-feedback']);
    const before = { asOf: '2024-05-01', knownAt: revision - 1 };
    expect(stepsDone(await pathOf(learner.person, 'inclusive-teams', before))).toEqual(['hub-feedback']);
  });

  it('of an ordered path, a step counts on or after the one before it', async () => {
    const learner = await hire(programme.editor);
    await passOn(learner, 'hub-data-literacy', '2024-02-01');
    await passOn(learner, 'LMS-1834', '2024-03-01');
    const early = await pathOf(learner.person, 'digital-basics', { asOf: '2024-06-01' });
    expect(early).toMatchObject({ done: 1, next: 'hub-data-literacy', lastActivity: '2024-03-01' });
    expect(early.steps[1]).toMatchObject({ done: false, outOfOrder: true });
    await passOn(learner, 'hub-data-literacy', '2024-04-01');
    const { steps } = await pathOf(learner.person, 'digital-basics', { asOf: '2024-06-01' });
    expect(steps[1]).toMatchObject({ done: true, since: '2024-04-01' });
  });

  it('progress on a personal path, which is nobody else’s', async () => {
    const [learner, other] = [await hire(programme.editor), await hire(programme.editor)];
    const self = await programme.learner(learner.person);
    const mine = `mine-${learner.person}`;
    await command(self, 'PUT', `/paths/${mine}`, {
      title: 'Mine',
      person: learner.person,
      steps: ['hub-feedback', 'hub-plain-language'].map((course) => ({
        step: course,
        title: course,
        satisfiedBy: { course },
      })),
    });
    const shown = async (query = {}) => {
      const { paths } = await question(self, `/learners/${learner.person}/paths`, query);
      return paths.map(({ path, done, left, stage }: Posted) => [path, done, left, stage]);
    };
    expect(await shown()).toEqual([[mine, 0, 2, 'not-begun']]);
    await passOn(learner, 'hub-feedback', '2024-03-01');
    expect(await shown()).toEqual([
      ['inclusive-teams', 1, 3, 'begun'],
      [mine, 1, 1, 'begun'],
    ]);
    expect(await shown({ all: true })).toContainEqual(['digital-basics', 0, 4, 'not-begun']);
    const elsewhere = await programme.store.ask(`/api/learners/${other.person}/paths/${mine}`);
    expect(elsewhere.status).toBe(404);
    const reader = await programme.store.ask(`/api/agencies/secretariat/paths/${mine}/progress`);
    expect(reader.status).toBe(404);
  });

  it('a step is done by what counts in one of the agencies; in none, by what is common to all', async () => {
    const { policy, editor } = programme;
    const own = `own-${crypto.randomUUID()}`;
    await command(policy, 'PUT', `/equivalences/${own}`, {
      agency: 'agency-b',
      effect: 'counts',
      sources: [{ course: 'hub-plain-language' }],
      target: 'hub-feedback',
      from: '2020-01-01',
      basis: { document: 'Circular 1' },
      decidedBy: 'Training board',
    });
    const learner = await hire(editor, 'agency-a');
    await passOn(learner, 'hub-plain-language', '2024-03-01');
    const asked = { asOf: '2024-06-01' };
    expect(stepsDone(await pathOf(learner.person, 'inclusive-teams', asked))).toEqual(['languages']);
    await assign(editor, learner.person, 'agency-b', '2024-01-01', '2024-12-31');
    const both = await pathOf(learner.person, 'inclusive-teams', asked);
    expect(both.steps[2]).toMatchObject({
      done: true,
      agency: 'agency-b',
      certificates: [{ decisions: [{ decision: own }] }],
    });
    const answer = await question(programme.store, `/learners/${learner.person}/paths/inclusive-teams`, {
      asOf: '1999-12-31',
    });
    expect([answer.agencies, answer.progress.done]).toEqual([[], 0]);
    const left = await hire(editor, 'agency-a');
    await command(editor, 'POST', `/people/${left.person}/facts`, {
      facts: [{ agency: 'agency-a', name: 'assigned', value: null, from: '2024-01-01' }],
    });
    await passOn(left, 'hub-plain-language', '2024-03-01');
    const none = await question(programme.store, `/learners/${left.person}/paths/inclusive-teams`, asked);
    expect([none.agencies, stepsDone(none.progress)]).toEqual([[], ['languages']]);
  });

  it("an agency's view of its people's progress, page by page as known at the first", async () => {
    const { editor, policy } = programme;
    const agency = `hub-${crypto.randomUUID()}`;
    await command(programme.store, 'PUT', `/agencies/${agency}`, { name: 'Of the hub' });
    const path = `path-${agency}`;
    const steps = ['hub-feedback', 'hub-plain-language'].map((course) => ({
      step: course,
      title: course,
      satisfiedBy: { course },
    }));
    await command(policy, 'PUT', `/paths/${path}`, { title: 'Ours', agency, steps });
    const people: Person[] = [];
    for (let i = 0; i < 5; i += 1) {
      const learner = await hire(editor, 'agency-a');
      await assign(programme.store, learner.person, agency, '2020-01-01', i === 4 ? '2023-12-31' : undefined);
      people.push(learner);
    }
    const [first, second, third, fourth, gone] = people as [Person, Person, Person, Person, Person];
    await passOn(first, 'hub-feedback', '2024-03-01');
    await passOn(first, 'hub-plain-language', '2024-03-02');
    await passOn(second, 'hub-feedback', '2024-03-03');
    await passOn(gone, 'hub-feedback', '2023-03-03');
    // Two who are one stand once.
    await command(programme.store, 'POST', '/merges', { persons: [second.person, third.person] });

    const reader = await programme.reader(agency);
    const asked = { asOf: '2024-06-01', limit: 1 };
    const pages: Posted[] = [];
    let cursor: string | null | undefined;
    do {
      const more: object = cursor === undefined ? asked : { limit: 1, cursor };
      pages.push(await question(reader, `/agencies/${agency}/paths/${path}/progress`, { ...more }));
      cursor = pages.at(-1)!.next;
      // What is recorded in between is not seen by the pages that follow.
      await passOn(fourth, 'hub-feedback', '2024-03-04');
    } while (cursor !== null);
    const both = [second.person, third.person].sort()[0];
    const expected: Record<string, unknown> = {
      [first.person]: { done: 2, left: 0, stage: 'done', lastActivity: '2024-03-02', next: null },
      [both!]: { done: 1, left: 1, stage: 'begun', lastActivity: '2024-03-03', next: 'hub-plain-language' },
      [fourth.person]: { done: 0, left: 2, stage: 'not-begun', lastActivity: null, next: 'hub-feedback' },
    };
    const shown = pages.flatMap(({ people }) => people);
    expect(shown.map(({ person }: Posted) => person)).toEqual(Object.keys(expected).sort());
    for (const { person, of, ...progress } of shown)
      expect([person, of, progress]).toEqual([person, 2, expected[person]]);
    expect(new Set(pages.map(({ asOf, knownAt }) => `${asOf} ${knownAt}`)).size).toBe(1);
    const all = await question(reader, `/agencies/${agency}/paths/${path}/progress`, { asOf: '2024-06-01' });
    expect([all.counts, all.next]).toEqual([{ 'not-begun': 0, begun: 2, done: 1 }, null]);
    const sum = (stage: string) => pages.reduce((total, { counts }) => total + counts[stage], 0);
    expect(['not-begun', 'begun', 'done'].map(sum)).toEqual([1, 1, 1]);
    const then = await question(reader, `/agencies/${agency}/paths/${path}/progress`, { asOf: '2023-06-01' });
    expect(then.people.map(({ person }: Posted) => person)).toContain(gone.person);
  });

  it('refuses a cursor that no answer gave, and agencies and paths that are not there', async () => {
    const ask = async (path: string) => (await programme.store.ask(`/api/agencies/${path}`)).status;
    expect(await ask('secretariat/paths/inclusive-teams/progress?cursor=abc')).toBe(400);
    expect(await ask('no-agency/paths/inclusive-teams/progress')).toBe(400);
    expect(await ask('secretariat/paths/no-path/progress')).toBe(404);
  });

  it("a learner's whole history across agencies in one timeline", async () => {
    const { editor, store } = programme;
    const learner = await hire(editor, 'agency-a');
    await assign(editor, learner.person, 'agency-b', '2024-02-01');
    const other = { account: { homePage: 'https://agency-b.example.org', name: crypto.randomUUID() } };
    await link(editor, learner.person, `account:${other.account.homePage}|${other.account.name}`);
    const first = await passOn(learner, 'hub-feedback', '2024-01-10');
    const second = await pass(programme.publicSite, { actor: other }, 'LMS-3395', on('2024-02-10'));
    const third = await passOn(learner, 'hub-plain-language', '2024-03-10');
    const { entries } = await historyOf(store, learner.person);
    expect(entries.map(({ statementId }: Posted) => statementId)).toEqual([third.id, second.id, first.id]);
  });
});
