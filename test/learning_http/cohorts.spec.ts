import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { did } from '../support/history.ts';
import type { Posted } from '../support/statements.ts';
import { KEY } from '../support/store.ts';
import {
  aCourse,
  command,
  hire,
  type Person,
  type Programme,
  pass,
  question,
  startProgramme,
  state,
  voidStatement,
} from './given.ts';

const PROGRAMME = 'junior-orientation';
const ATTENDED = 'http://adlnet.gov/expapi/verbs/attended';
const COMMENTED = 'http://adlnet.gov/expapi/verbs/commented';
const AS_OF = { asOf: '2024-06-30' };

let programme: Programme;
beforeAll(async () => {
  programme = await startProgramme();
  const authorities = [`account:https://ledgerline.example/credentials|${KEY}`];
  await command(programme.store, 'PUT', '/platforms/hub', { name: 'The hub', authorities });
});
afterAll(() => programme.store.close());

const record = (person: string, agency: string, ...facts: readonly object[]) =>
  command(programme.editor, 'POST', `/people/${person}/facts`, {
    facts: facts.map((fact) => ({ agency, from: '2024-01-01', ...fact })),
  });

/** A new person of an agency who takes part in a cohort. */
async function enrolled(cohort: string, agency: string, dutyStation?: string): Promise<Person> {
  const learner = await hire(programme.editor, agency);
  const station = dutyStation === undefined ? [] : [{ name: 'dutyStation', value: dutyStation }];
  await record(learner.person, agency, { name: 'enrolled', key: cohort, value: PROGRAMME }, ...station);
  return learner;
}

async function complete(learner: Person, ...parts: readonly string[]) {
  for (const part of parts) await pass(programme.inspira, learner, `orientation-${part}`, '2024-03-01T10:00:00Z');
}

const take = ({ actor }: Person, verb: string, part: string, timestamp: string) =>
  state(programme.inspira, did(actor, timestamp, { verb: { id: verb }, object: aCourse(`orientation-${part}`) }));

/** Completes, attends and takes part in as much as a graduate must. */
async function graduate(learner: Person) {
  await complete(learner, 'system', 'charter', 'career');
  await take(learner, ATTENDED, 'webinar-1', '2024-03-08T10:00:00Z');
  await take(learner, COMMENTED, 'discussion-2', '2024-03-15T10:00:00Z');
  await take(learner, COMMENTED, 'exchange', '2024-03-20T10:00:00Z');
  return take(learner, ATTENDED, 'webinar-3', '2024-03-22T10:00:00Z');
}

const cohortOf = (asking: Programme['store'] | Programme['editor'], cohort: string, query: object = AS_OF) =>
  question(asking, `/programmes/${PROGRAMME}/cohorts/${cohort}`, { ...query });

describe('section 3, a cohort programme with many kinds of activity', () => {
  it('who graduates and why, or what is missing', async () => {
    const [one, other] = [await enrolled('why', 'agency-a', 'Vienna'), await enrolled('why', 'agency-b', 'Nairobi')];
    await graduate(one);
    await complete(other, 'system', 'charter');
    await take(other, ATTENDED, 'webinar-2', '2024-03-10T10:00:00Z');
    const { people, participants, graduates } = await cohortOf(programme.store, 'why');
    expect([participants, graduates]).toEqual([2, 1]);
    const of = ({ person }: Person) => people.find((shown: Posted) => shown.person === person);
    expect(of(one)).toMatchObject({
      entities: [{ agency: 'agency-a', dutyStation: 'Vienna' }],
      graduates: true,
      since: '2024-03-22',
      missing: null,
      done: 7,
      left: 3,
      lastActivity: '2024-03-22',
    });
    expect(of(one).because).toEqual(
      ['system', 'charter', 'career', 'webinar-1', 'webinar-3', 'discussion-2', 'exchange'].map(
        (part) => `orientation-${part}`,
      ),
    );
    const parts = of(one).parts.filter(({ done }: Posted) => done);
    expect(new Set(parts.map(({ kind }: Posted) => kind))).toEqual(new Set(['complete', 'attend', 'take-part']));
    for (const { certificates } of parts) expect(certificates[0].evidence[0].statementId).toBeTruthy();
    const part = (name: string) => ({ part: `orientation-${name}` });
    expect(of(other)).toMatchObject({
      graduates: false,
      since: null,
      because: [],
      done: 3,
      missing: {
        all: [
          part('career'),
          { any: [part('webinar-1'), part('webinar-3')] },
          { any: [part('discussion-1'), part('discussion-2')] },
          { any: [part('graphics'), part('exchange')] },
        ],
      },
    });
  });

  it('on any day, as known on any day', async () => {
    const learner = await enrolled('when', 'agency-a');
    const last = await graduate(learner);
    const graduates = async (query: object) => (await cohortOf(programme.store, 'when', query)).graduates;
    expect(await graduates({ asOf: '2024-03-21' })).toBe(0);
    expect(await graduates({ asOf: '2024-03-22' })).toBe(1);
    expect(await graduates({ asOf: '2024-03-22', knownAt: last.revision - 1 })).toBe(0);
    await voidStatement(programme.inspira, last);
    expect(await graduates({ asOf: '2024-03-22' })).toBe(0);
    expect(await graduates({ asOf: '2024-03-22', knownAt: last.revision })).toBe(1);
  });

  it('who is enrolled in which cohort', async () => {
    const [first, second] = [await enrolled('spring', 'agency-a'), await enrolled('spring', 'agency-b')];
    const third = await enrolled('autumn', 'agency-a');
    const cohorts = async (query: object = AS_OF) => {
      const answer = await question(programme.store, `/programmes/${PROGRAMME}/cohorts`, { ...query });
      return Object.fromEntries(answer.cohorts.map(({ cohort, persons }: Posted) => [cohort, persons]));
    };
    expect(await cohorts()).toMatchObject({
      spring: [first.person, second.person].sort(),
      autumn: [third.person],
    });
    expect(await cohorts({ asOf: '2023-12-31' })).toEqual({});
    const { revision } = await record(second.person, 'agency-b', { name: 'enrolled', key: 'spring', value: null });
    expect((await cohorts()).spring).toEqual([first.person]);
    expect((await cohorts({ ...AS_OF, knownAt: revision - 1 })).spring).toHaveLength(2);
    await command(programme.store, 'POST', '/merges', { persons: [first.person, third.person] });
    const both = await question(programme.store, `/learners/${third.person}/programmes`, AS_OF);
    expect(both.programmes.map(({ programme, cohort }: Posted) => [programme, cohort])).toEqual([
      [PROGRAMME, 'autumn'],
      [PROGRAMME, 'spring'],
    ]);
    expect((await cohorts()).autumn).toEqual([third.person]);
    expect(
      (await question(programme.store, `/programmes/${PROGRAMME}/cohorts`, { asOf: '2023-12-31' })).participants,
    ).toBe(0);
    expect((await programme.store.ask('/api/programmes/none/cohorts')).status).toBe(404);
  });

  it('counts by entity and duty station, of those whom who asks may see', async () => {
    const [one] = [
      await enrolled('counts', 'agency-a', 'Vienna'),
      await enrolled('counts', 'agency-a', 'Nairobi'),
      await enrolled('counts', 'agency-b', 'Vienna'),
      await enrolled('counts', 'agency-b'),
    ];
    await graduate(one);
    const all = await cohortOf(programme.store, 'counts');
    expect(all).toMatchObject({ participants: 4, graduates: 1 });
    expect(all.byEntity).toEqual([
      { agency: 'agency-a', participants: 2, graduates: 1 },
      { agency: 'agency-b', participants: 2, graduates: 0 },
    ]);
    expect(all.byDutyStation).toEqual([
      { dutyStation: 'Nairobi', participants: 1, graduates: 0 },
      { dutyStation: 'Vienna', participants: 2, graduates: 1 },
      { dutyStation: null, participants: 1, graduates: 0 },
    ]);
    const ofB = await cohortOf(await programme.reader('agency-b'), 'counts');
    expect(ofB).toMatchObject({ participants: 2, graduates: 0, byEntity: [{ agency: 'agency-b', participants: 2 }] });
    const self = await cohortOf(await programme.learner(one.person), 'counts');
    expect(self.people.map(({ person }: Posted) => person)).toEqual([one.person]);
  });

  it('over 60 participants of many entities and duty stations', async () => {
    const facts = Array.from({ length: 63 }, (_, i) => {
      const of = { person: `C-${i}`, agency: `entity-${i % 42}`, from: '2024-01-01' };
      return [
        { ...of, name: 'assigned', value: true },
        { ...of, name: 'enrolled', key: 'large', value: PROGRAMME },
        { ...of, name: 'dutyStation', value: `Station ${i % 29}` },
      ];
    });
    for (let i = 0; i < 42; i += 1) {
      await command(programme.store, 'PUT', `/agencies/entity-${i}`, { name: `Entity ${i}` });
    }
    await command(programme.store, 'POST', '/roster', { facts: facts.flat() });
    const { participants, byEntity, byDutyStation, people } = await cohortOf(programme.store, 'large');
    expect([participants, byEntity.length, byDutyStation.length, people.length]).toEqual([63, 42, 29, 63]);
    expect(byDutyStation.reduce((sum: number, { participants }: Posted) => sum + participants, 0)).toBe(63);
  });
});
