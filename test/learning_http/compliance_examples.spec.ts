import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Query } from '../support/client.ts';
import { complete, inWords, listedOf, standing, standingOf } from './compliance_given.ts';
import {
  aPerson,
  assign,
  command,
  courseBody,
  decisionBody,
  link,
  type Person,
  type Programme,
  startProgramme,
} from './given.ts';

/** The examples of the exact rules, over HTTP: in an agency whose days are those of Nairobi. */

let programme: Programme;
beforeAll(async () => {
  programme = await startProgramme();
});
afterAll(() => programme.store.close());

const AGENCY = 'agency-b';

/** A course of that name, and a requirement of it. */
async function mustLearn(name: string, changes: object = {}): Promise<void> {
  await command(programme.policy, 'PUT', `/courses/${name}`, courseBody(name));
  await command(programme.policy, 'PUT', `/requirements/${name}`, {
    title: name,
    agency: AGENCY,
    from: '2000-01-01',
    appliesTo: { all: [] },
    satisfiedBy: { course: name },
    ...changes,
  });
}

async function somebody(...days: readonly (readonly [from: string, to?: string])[]): Promise<Person> {
  const { person, actor } = aPerson();
  for (const [from, to] of days) await assign(programme.editor, person, AGENCY, from, to);
  await link(programme.editor, person, `account:${actor.account.homePage}|${actor.account.name}`);
  return { person, actor };
}

const on = ({ person }: Person, requirement: string, asOf: string, more: Query = {}) =>
  standing(programme.store, person, requirement, { agency: AGENCY, asOf, ...more });

describe('the examples of the rules', () => {
  it('entry, last day, re-entry with a grace of six months', async () => {
    await mustLearn('grace', { timeToComply: { within: 'P6M' } });
    const anew = await somebody(['2023-01-01', '2023-03-31'], ['2023-08-01']);
    expect(await on(anew, 'grace', '2023-01-01')).toBe('due by 2023-07-01');
    expect(await on(anew, 'grace', '2023-04-01')).toBe('nothing');
    expect(await on(anew, 'grace', '2023-08-01')).toBe('due by 2024-02-01');
    expect(await on(anew, 'grace', '2024-02-02')).toBe('overdue since 2024-02-02');
    await mustLearn('bridged', { timeToComply: { within: 'P6M' }, bridge: 30 });
    const bridged = await somebody(['2023-01-01', '2023-03-31'], ['2023-04-15']);
    expect(await on(bridged, 'bridged', '2023-04-14')).toBe('nothing');
    expect(await on(bridged, 'bridged', '2023-04-15')).toBe('due by 2023-07-01');
    expect(await on(bridged, 'grace', '2023-04-15')).toBe('due by 2023-10-15');
  });

  it('yearly from 1 April', async () => {
    await mustLearn('yearly', { recurrence: { yearly: '04-01' } });
    const learner = await somebody(['2023-05-01']);
    await complete(programme, learner, 'yearly', '2023-06-10');
    expect(await on(learner, 'yearly', '2023-06-10')).toBe('compliant until 2024-03-31 (cycle)');
    expect(await on(learner, 'yearly', '2025-03-31')).toBe('due by 2025-03-31');
    expect(await on(learner, 'yearly', '2025-04-01')).toBe('overdue since 2025-04-01');
    await complete(programme, learner, 'yearly', '2025-04-15');
    expect(await on(learner, 'yearly', '2025-04-10')).toBe('overdue since 2025-04-01');
    expect(await on(learner, 'yearly', '2025-04-15')).toBe('compliant until 2026-03-31 (cycle)');
  });

  it.each([
    [true, 'kept', 'compliant'],
    [false, 'not-kept', 'overdue since 2025-07-01'],
  ])('an equivalence revoked, keeping what was granted: %s', async (keep, name, expected) => {
    await mustLearn(name);
    await command(programme.policy, 'PUT', `/courses/${name}-x`, courseBody(`${name}-x`));
    const decision = `${name}-x-for-${name}`;
    await command(programme.policy, 'PUT', `/equivalences/${decision}`, decisionBody(`${name}-x`, name));
    const early = await somebody(['2025-01-01']);
    const late = await somebody(['2025-01-01']);
    await complete(programme, early, `${name}-x`, '2025-05-10');
    await complete(programme, late, `${name}-x`, '2025-07-02');
    const asked = '2025-07-05';
    const body = { from: '2025-07-01', keep, reason: 'Another course now.' };
    const { revision } = await command(programme.policy, 'POST', `/equivalences/${decision}/revoke`, body);
    const both = async (more: Query = {}) => [await on(early, name, asked, more), await on(late, name, asked, more)];
    expect(await both()).toEqual([expected, 'overdue since 2025-01-01']);
    expect(await both({ knownAt: revision - 1 })).toEqual(['compliant', 'compliant']);
  });

  it('a certificate of 10 May, submitted and then verified', async () => {
    await mustLearn('drill');
    const learner = await somebody(['2025-01-01']);
    const { editor, store } = programme;
    const body = { course: 'drill', issuer: 'Red Cross', completed: '2025-05-10' };
    const shown = { link: 'https://example.org/certificate', sha256: 'a'.repeat(64) };
    const path = `/learners/${learner.person}/certificates`;
    const submitted = await command(editor, 'POST', path, { ...body, evidence: [shown] });
    const asked = { agency: AGENCY, asOf: '2025-05-15' };
    expect(await on(learner, 'drill', '2025-05-15')).toBe('overdue since 2025-01-01');
    const verified = await command(editor, 'POST', `/certificates/${submitted.revision}/verify`, { authority: 'HR' });

    const then = await standingOf(store, learner.person, 'drill', { ...asked, knownAt: verified.revision - 1 });
    expect(inWords(then)).toBe('overdue since 2025-01-01');
    expect(then.missing).toEqual(['drill']);
    const now = await standingOf(store, learner.person, 'drill', asked);
    expect(inWords(now)).toBe('compliant');
    expect(now.satisfaction.certificate.evidence).toMatchObject([{ revision: submitted.revision }]);
    expect(await on(learner, 'drill', '2025-05-09')).toBe('overdue since 2025-01-01');
    const listed = (knownAt: number) =>
      listedOf(store, learner.person, { ...asked, requirement: 'drill', knownAt: String(knownAt) });
    expect(await listed(verified.revision - 1)).toMatchObject([{ status: 'overdue' }]);
    expect(await listed(verified.revision)).toMatchObject([{ status: 'compliant', revision: verified.revision }]);
  });
});
