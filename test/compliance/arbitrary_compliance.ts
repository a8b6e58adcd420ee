import fc from 'fast-check';
import type {
  Condition,
  Recurrence,
  RequirementDeclared,
  Satisfaction,
  TimeToComply,
  WaiverGranted,
} from '../../src/events/compliance_types.ts';
import type { CourseDeclared, Day, Fact, FactValue, Period } from '../../src/events/learning_types.ts';
import { addPeriod, dayAfter, LAST_DAY } from '../../src/learning/days.ts';
import type { KnownDecision } from '../../src/learning/model.ts';
import { clean, condition, maybe, PLACES, RANKS, some } from './arbitrary_condition.ts';
import { AGENCY, completed, course, type Given, PERSON, requirement, type Withdrawn, waiver } from './given.ts';

/** One person's history under one policy, within some months. */
export interface Case {
  /** The days on which something happens, and some more. */
  readonly first: Day;
  readonly last: Day;
  readonly given: Given;
  readonly facts: readonly Fact[];
  readonly certificates: readonly ReturnType<typeof completed>[];
  /** By the place of the certificate in the list. */
  readonly withdrawn: readonly Withdrawn[];
}

export const FAR_AHEAD = '2499-12-31';
const COURSES = ['safety', 'other', 'third'];
/** About the ends of February and of years, and where centuries have no leap day. */
export const FIRST_DAYS = [
  '2024-01-20',
  '2023-12-10',
  '2025-01-25',
  '1900-02-10',
  '1899-12-05',
  '2399-11-20',
  '2400-02-01',
  '2024-07-20',
];
const SHORT: readonly Period[] = ['P1D', 'P3D', 'P10D', 'P2W', 'P1M', 'P2M', 'P1M5D'];

const period = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...SHORT) }, fc.constantFrom('P1Y', 'P0D'));

const EVERYBODY: Condition = { all: [] };

/** Days from a first day on: preferably at the ends of months, and close to one another. */
export function dayArbitrary(first: Day, length: number): fc.Arbitrary<Day> {
  const all: Day[] = [];
  for (let day = first; all.length < length; day = dayAfter(day)) all.push(day);
  const hot = all.filter((day, i) => ['01', '28', '29', '30', '31'].includes(day.slice(8)) || (i > 20 && i < 24));
  return fc.oneof(fc.constantFrom(...all), fc.constantFrom(...hot));
}

/** From the earlier of two days to the later. */
export function rangeOf(from: fc.Arbitrary<Day>, to: fc.Arbitrary<Day | undefined>) {
  return fc
    .record({ from, to })
    .map(({ from, to }): { from: Day; to?: Day } =>
      to === undefined ? { from } : from <= to ? { from, to } : { from: to, to: from },
    );
}

function caseFrom(first: Day): fc.Arbitrary<Case> {
  const length = 110;
  const day = dayArbitrary(first, length);
  const farTo = maybe(fc.oneof({ weight: 6, arbitrary: day }, fc.constantFrom(FAR_AHEAD, LAST_DAY)), 2);
  const early = fc.oneof({ weight: 2, arbitrary: fc.constant(first) }, day, {
    weight: 1,
    arbitrary: fc.constant('0001-01-01'),
  });
  const near = rangeOf(day, maybe(day, 2));

  const limits = fc
    .record({
      completedFrom: maybe(day, 5),
      completedTo: maybe(day, 8),
      maxAge: maybe(period, 4),
      recurs: maybe(fc.constant(false as const), 4),
    })
    .map(clean);
  const courseNeeded: fc.Arbitrary<Satisfaction> = fc
    .record({ course: fc.constantFrom('safety', 'safety', 'other', 'third'), limits: maybe(limits, 2) })
    .map(({ course, limits }) => ({ course, ...limits }));
  const boundNeeded: fc.Arbitrary<Satisfaction> = maybe(limits, 2).map((more) => ({
    boundTo: 'station',
    course: 'induction',
    ...more,
  }));
  const { satisfaction } = fc.letrec<{ satisfaction: Satisfaction }>((tie) => ({
    satisfaction: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      { weight: 6, arbitrary: courseNeeded },
      { weight: 1, arbitrary: boundNeeded },
      { weight: 1, arbitrary: fc.record({ when: condition, needs: tie('satisfaction') }) },
      {
        weight: 2,
        arbitrary: fc
          .record({ all: some(tie('satisfaction'), 1, 3), ordered: maybe(fc.constant(true as const), 1) })
          .map(clean),
      },
      { weight: 1, arbitrary: fc.record({ any: some(tie('satisfaction'), 1, 3) }) },
      {
        weight: 1,
        arbitrary: fc.record({ atLeast: fc.constantFrom(1, 2), of: some(tie('satisfaction'), 2, 3) }),
      },
    ),
  }));

  const recurrence: fc.Arbitrary<Recurrence> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .record({
          every: fc.constantFrom('P10D', 'P1M', 'P2M', 'P1Y'),
          window: maybe(period, 1),
          toRenew: maybe(period, 1),
        })
        .map(clean),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({ yearly: fc.constantFrom('01-01', '03-01', '02-28', '02-15'), toRenew: maybe(period, 1) })
        .map(clean),
    },
  );
  const timeToComply: fc.Arbitrary<TimeToComply> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ within: period }) },
    { weight: 1, arbitrary: fc.record({ within: period, anchor: fc.constantFrom('entry', 'grade') }) },
    { weight: 1, arbitrary: fc.constant({ before: 'station' }) },
  );
  const requirements = some(
    fc
      .record({
        dates: rangeOf(early, maybe(day, 4)),
        appliesTo: fc.oneof({ weight: 1, arbitrary: fc.constant(EVERYBODY) }, { weight: 2, arbitrary: condition }),
        satisfiedBy: satisfaction,
        recurrence: maybe(recurrence, 1),
        timeToComply: maybe(timeToComply, 2),
        bridge: maybe(fc.constantFrom(1, 5, 20), 2),
        evidenceAge: maybe(period, 5),
        absence: maybe(
          fc.record({
            when: fc.oneof(
              { weight: 2, arbitrary: fc.constant<Condition>({ fact: 'absent', equals: true }) },
              condition,
            ),
            effect: fc.constantFrom('excuses' as const, 'stops-clock' as const),
          }),
          3,
        ),
      })
      .map(({ dates, ...more }): RequirementDeclared => requirement({ ...dates, ...clean(more) })),
    1,
    3,
  );

  const waivers = some(
    fc
      .record({
        who: fc.oneof(
          fc.constant({ persons: [PERSON] }),
          fc.constant({ persons: ['P-2'] }),
          condition.map((group) => ({ group })),
        ),
        dates: near,
        kind: fc.constantFrom('waives' as const, 'extends' as const, 'stops' as const),
        extendsTo: day,
        agency: fc.constantFrom(undefined, undefined, AGENCY, 'agency-b'),
      })
      .map(({ who, dates, kind, extendsTo, agency }): WaiverGranted => {
        const { persons: _, ...plain } = waiver({});
        return clean({
          ...plain,
          ...who,
          ...(kind === 'extends' ? { from: dates.from } : dates),
          ...(kind === 'extends' && { extendsTo }),
          ...(kind === 'stops' && { stopsClock: true as const }),
          agency,
        });
      }),
    0,
    2,
  ).map((all) => all.map((one, i) => ({ ...one, waiver: `waiver-${i}` })));

  const source = fc
    .record({
      course: fc.constantFrom('other', 'third', 'safety'),
      completedFrom: maybe(day, 5),
      completedTo: maybe(day, 8),
      maxAge: maybe(period, 3),
    })
    .map(clean);
  const decisions = some(
    fc.record({
      effect: fc.constantFrom('counts' as const, 'counts' as const, 'does-not-count' as const),
      sources: fc.uniqueArray(source, { minLength: 1, maxLength: 2, selector: (one) => one.course }),
      dates: rangeOf(early, farTo),
      target: fc.constantFrom('safety', 'safety', 'other'),
      transitive: maybe(fc.constant(true as const), 4),
      revoked: maybe(fc.record({ from: day, keep: fc.boolean() }), 2),
    }),
    0,
    2,
  ).map((all) =>
    all
      .filter(({ sources, target }) => sources.every((one) => one.course !== target))
      .map(({ effect, sources, dates, target, transitive, revoked }, i): KnownDecision => {
        const decision = `decision-${i}`;
        const data = clean({
          decision,
          effect,
          sources,
          target,
          transitive,
          ...dates,
          basis: { document: 'Memo' },
          decidedBy: 'Board',
        });
        const revocation = revoked && { revision: 8, data: { decision, reason: 'Changed', ...revoked } };
        return { revision: 5 + i, version: 1, data, revoked: revocation } as KnownDecision;
      }),
  );

  const courses = fc
    .record({
      replaced: maybe(fc.record({ from: day, keep: fc.boolean() }), 3),
      validity: maybe(period, 2),
      other: maybe(period, 3),
    })
    .map(({ replaced, validity, other }): CourseDeclared[] => [
      course('safety', clean({ validity })),
      course('other', clean({ validity: other })),
      course('third', clean({ replacedBy: replaced && { course: 'safety', ...replaced } })),
    ]);

  const ofPerson = (
    name: string,
    value: fc.Arbitrary<FactValue | null>,
    to = maybe(day, 2),
    key: fc.Arbitrary<string | undefined> = fc.constant(undefined),
  ) =>
    fc
      .record({
        value,
        dates: rangeOf(day, to),
        key,
        person: fc.constantFrom(PERSON, PERSON, PERSON, 'P-2'),
        agency: fc.constantFrom(AGENCY, AGENCY, AGENCY, AGENCY, 'agency-b'),
      })
      .map(({ value, dates, key, person, agency }): Fact => clean({ person, agency, name, value, ...dates, key }));
  const keys = fc.constantFrom(undefined, 'k1', 'k2');
  const assignment = fc
    .record({
      dates: rangeOf(fc.oneof(fc.constant(first), day), farTo),
      value: fc.constantFrom(true, true, true, null, false),
    })
    .map(({ dates, value }): Fact => ({ person: PERSON, agency: AGENCY, name: 'assigned', value, ...dates }));
  const place = (name: string, value: fc.Arbitrary<FactValue | null>) =>
    fc
      .record({
        place: fc.constantFrom(...PLACES),
        value,
        dates: fc.oneof(rangeOf(early, maybe(day, 1)), near),
        key: fc.constantFrom(undefined, undefined, 'k1'),
      })
      .map(({ dates, ...more }): Fact => clean({ name, ...more, ...dates }));
  const fact = fc.oneof(
    ofPerson('grade', fc.constantFrom('P-2', 'P-3', 'P-4', 'G-1', null)),
    ofPerson('post', fc.constantFrom('a', 'b', 2, true, false, null)),
    ofPerson('skills', fc.constantFrom(['x'], ['x', 'y'], [], null)),
    ofPerson('station', fc.constantFrom<(FactValue | null)[]>('kabul', 'juba', 'kabul', 'juba', null), undefined, keys),
    ofPerson('absent', fc.constantFrom(true, true, false, null)),
    ofPerson('entry', fc.oneof(day, fc.constant(true))),
    place('hardship', fc.constantFrom(true, false, null)),
    place('induction', fc.constantFrom(...COURSES, null)),
    place('requires', fc.constantFrom('safety', 'other')),
  );
  const facts = fc
    .record({
      begins: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        fc.constant([{ person: PERSON, agency: AGENCY, name: 'assigned', value: true, from: first } as Fact]),
      ),
      assignments: some(assignment, 0, 4),
      others: some(fact, 0, 7),
    })
    .map(({ begins, assignments, others }) => [...begins, ...assignments, ...others]);

  const certificates = some(
    fc
      .record({ of: fc.constantFrom('safety', 'safety', 'other', 'third'), on: day, expires: maybe(period, 2) })
      .map(({ of, on, expires }) =>
        completed(of, on, expires === undefined ? {} : { expires: addPeriod(on, expires) }),
      ),
    0,
    4,
  );
  const withdrawn = some(
    fc.record({ of: fc.nat(3), kind: fc.constantFrom('revoked' as const, 'suspended' as const), dates: near }),
    0,
    1,
  ).map((all) =>
    all.map(({ of, kind, dates }) => (kind === 'revoked' ? { of, kind, from: dates.from } : { of, kind, ...dates })),
  );

  return fc
    .record({ requirements, waivers, decisions, courses, facts, certificates, withdrawn: maybe(withdrawn, 1) })
    .map(({ requirements, waivers, decisions, courses, facts, certificates, withdrawn = [] }) => ({
      first,
      last: addPeriod(first, `P${length + 40}D`),
      given: { requirements, waivers, decisions, courses, ranks: RANKS },
      facts,
      certificates,
      withdrawn: withdrawn.filter(({ of }) => of < certificates.length),
    }));
}

export const complianceCase: fc.Arbitrary<Case> = fc.constantFrom(...FIRST_DAYS).chain(caseFrom);
