import fc from 'fast-check';
import type { Recurrence, RequirementDeclared, Satisfaction } from '../../src/events/compliance_types.ts';
import type { Day, Fact } from '../../src/events/learning_types.ts';
import { addPeriod } from '../../src/learning/days.ts';
import { type Case, dayArbitrary, FIRST_DAYS, rangeOf } from './arbitrary_compliance.ts';
import { clean, condition, maybe, RANKS, some } from './arbitrary_condition.ts';
import { assigned, completed, course, fact, ofPlace, PERSON, requirement, waiver } from './given.ts';

/** Histories about one rule each: where it takes several things at once that chance alone seldom brings together. */

const LENGTH = 70;
const COURSES = ['safety', 'other'];

interface Parts {
  readonly requirement?: Partial<RequirementDeclared>;
  readonly waivers?: Case['given']['waivers'];
  readonly facts?: readonly Fact[];
  readonly certificates?: Case['certificates'];
  readonly withdrawn?: Case['withdrawn'];
}

function caseOf(
  first: Day,
  { requirement: more, waivers = [], facts, certificates = [], withdrawn = [] }: Parts,
): Case {
  return {
    first,
    last: addPeriod(first, `P${LENGTH + 60}D`),
    given: {
      requirements: [requirement(more)],
      waivers: waivers.map((one, i) => ({ ...one, waiver: `waiver-${i}` })),
      courses: COURSES.map((id) => course(id)),
      ranks: RANKS,
    },
    facts: facts ?? [assigned(first)],
    certificates,
    withdrawn: withdrawn.filter(({ of }) => of < certificates.length),
  };
}

const time = maybe(
  fc.constantFrom('P3D', 'P10D', 'P1M').map((within) => ({ within })),
  2,
);
const toRenew = fc.constantFrom('P0D', 'P3D', 'P10D', 'P1M');
const days = (first: Day) => dayArbitrary(first, LENGTH);
const certificatesOn = (day: fc.Arbitrary<Day>, fewest: number, most: number) =>
  some(
    day.map((on) => completed('safety', on)),
    fewest,
    most,
  );

/** Chains of renewals, early and late, that overtake one another. */
const renewals = (first: Day): fc.Arbitrary<Case> =>
  fc
    .record({
      every: fc.constantFrom('P10D', 'P2W', 'P1M'),
      window: fc.constantFrom('P1D', 'P3D', 'P10D', 'P2W', 'P1M'),
      toRenew: maybe(toRenew, 1),
      certificates: certificatesOn(days(first), 3, 8),
    })
    .map(({ certificates, ...recurrence }) =>
      caseOf(first, { requirement: { recurrence: clean(recurrence) }, certificates }),
    );

/** What was taken away, and what expired, where there is time to renew. */
const withdrawals = (first: Day): fc.Arbitrary<Case> => {
  const recurrence: fc.Arbitrary<Recurrence> = fc.oneof(
    fc
      .record({
        every: fc.constantFrom('P1M', 'P2M'),
        window: maybe(fc.constantFrom('P10D', 'P1M'), 1),
        toRenew: maybe(toRenew, 3),
      })
      .map(clean),
    fc.record({ yearly: fc.constantFrom('03-01', '02-15', '01-01'), toRenew: maybe(toRenew, 1) }).map(clean),
  );
  const one = fc.record({
    of: fc.nat(2),
    kind: fc.constantFrom('revoked' as const, 'suspended' as const),
    dates: rangeOf(days(first), days(first)),
  });
  return fc
    .record({
      recurrence,
      timeToComply: time,
      certificates: certificatesOn(days(first), 1, 3),
      withdrawn: some(one, 1, 2),
    })
    .map(({ certificates, withdrawn, ...terms }) =>
      caseOf(first, {
        requirement: clean(terms),
        certificates,
        withdrawn: withdrawn.map(({ of, kind, dates }) =>
          kind === 'revoked' ? { of, kind, from: dates.from } : { of, kind, ...dates },
        ),
      }),
    );
};

/** Short gaps, as long as the bridge, a day longer and a day shorter. */
const gaps = (first: Day): fc.Arbitrary<Case> =>
  fc
    .record({
      bridge: fc.constantFrom(1, 3),
      timeToComply: fc.constantFrom('P3D', 'P10D').map((within) => ({ within })),
      spans: some(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 5 })), 2, 4),
      certificates: certificatesOn(dayArbitrary(first, 30), 0, 1),
    })
    .map(({ spans, certificates, ...terms }) => {
      const facts: Fact[] = [];
      let from = first;
      for (const [length, gap] of spans) {
        facts.push(assigned(from, addPeriod(from, `P${length - 1}D`)));
        from = addPeriod(from, `P${length + gap}D`);
      }
      return caseOf(first, { requirement: terms, facts, certificates });
    });

/** Places whose course changes while the person is there. */
const places = (first: Day): fc.Arbitrary<Case> => {
  const named = fc
    .record({
      place: fc.constantFrom('kabul', 'kabul', 'juba'),
      course: fc.constantFrom(...COURSES),
      dates: rangeOf(days(first), maybe(days(first), 2)),
      key: maybe(fc.constant('k1'), 3),
    })
    .map(({ place, course, dates: { from, ...to }, key }) =>
      ofPlace(place, 'induction', course, from, clean({ ...to, key })),
    );
  const bound = { boundTo: 'station', course: 'induction' };
  return fc
    .record({
      satisfiedBy: fc.constantFrom<Satisfaction>(bound, { any: [bound, { course: 'other', maxAge: 'P10D' }] }),
      recurrence: maybe(fc.constant({ every: 'P1M', toRenew: 'P3D' }), 2),
      timeToComply: time,
      named: some(named, 1, 4),
      moves: maybe(days(first), 2),
      certificates: some(
        fc.tuple(fc.constantFrom(...COURSES), days(first)).map(([of, on]) => completed(of, on)),
        1,
        4,
      ),
    })
    .map(({ named, moves, certificates, ...terms }) => {
      const stations = [
        fact('station', 'kabul', first),
        ...(moves === undefined ? [] : [fact('station', 'juba', moves)]),
      ];
      return caseOf(first, {
        requirement: clean(terms),
        facts: [assigned(first), ...stations, ...named],
        certificates,
      });
    });
};

/** Clocks that stand still: by waivers for a group or a person, by absence, also where nobody recorded it. */
const stops = (first: Day): fc.Arbitrary<Case> => {
  const { persons: _, ...plain } = waiver({});
  const stopping = fc
    .record({
      who: fc.oneof(fc.constant({ persons: [PERSON] }), fc.constant({ group: { fact: 'post', equals: true } })),
      dates: rangeOf(dayArbitrary(first, 30), maybe(days(first), 3)),
    })
    .map(({ who, dates }) => ({ ...plain, ...who, ...dates, stopsClock: true as const }));
  const ofPerson = fc
    .record({
      name: fc.constantFrom('absent', 'absent', 'post'),
      value: fc.constantFrom(true, false, null),
      dates: rangeOf(dayArbitrary(first, 40), maybe(days(first), 4)),
    })
    .map(({ name, value, dates }) => fact(name, value, dates.from, dates.to));
  return fc
    .record({
      timeToComply: fc.constantFrom('P3D', 'P10D', 'P1M').map((within) => ({ within })),
      recurrence: maybe(fc.constant({ every: 'P10D', toRenew: 'P10D' }), 2),
      absence: maybe(
        fc
          .record({ fact: fc.constant('absent'), equals: fc.constant(true), unrecorded: maybe(fc.boolean(), 1) })
          .map((when) => ({ when: clean(when), effect: 'stops-clock' as const })),
        3,
      ),
      waivers: some(stopping, 0, 2),
      facts: some(ofPerson, 0, 3),
      enters: fc.constantFrom('P0D', 'P3D', 'P10D'),
      certificates: certificatesOn(dayArbitrary(first, 30), 0, 1),
    })
    .map(({ waivers, facts, certificates, enters, ...terms }) =>
      caseOf(first, {
        requirement: clean(terms),
        waivers,
        facts: [assigned(addPeriod(first, enters)), ...facts],
        certificates,
      }),
    );
};

/** What only some need, of whom that is so for some time, or not known. */
const conditional = (first: Day): fc.Arbitrary<Case> => {
  const needed = fc.constantFrom(...COURSES).map((course): Satisfaction => ({ course }));
  const member = fc.oneof(needed, fc.record({ when: condition, needs: needed }));
  const satisfiedBy: fc.Arbitrary<Satisfaction> = fc.oneof(
    fc.record({ when: condition, needs: needed }),
    fc.record({ all: some(member, 1, 3), ordered: maybe(fc.constant(true as const), 2) }).map(clean),
    fc.record({ any: some(member, 1, 3) }),
    fc.record({ atLeast: fc.constantFrom(1, 2), of: some(member, 2, 3) }),
  );
  const of = (name: string, ...values: readonly (string | boolean)[]) =>
    fc
      .record({ value: fc.constantFrom(...values), dates: rangeOf(days(first), maybe(days(first), 2)) })
      .map(({ value, dates }) => fact(name, value, dates.from, dates.to));
  return fc
    .record({
      satisfiedBy,
      recurrence: maybe(fc.constantFrom<Recurrence>({ every: 'P1M', toRenew: 'P3D' }), 2),
      timeToComply: time,
      facts: some(fc.oneof(of('grade', 'P-2', 'P-3', 'P-4'), of('post', 'a', false), of('absent', true, false)), 1, 5),
      certificates: some(
        fc.tuple(fc.constantFrom(...COURSES), days(first)).map(([of, on]) => completed(of, on)),
        0,
        3,
      ),
    })
    .map(({ facts, certificates, ...terms }) =>
      caseOf(first, { requirement: clean(terms), facts: [assigned(first), ...facts], certificates }),
    );
};

/** The time to comply from the day since when a fact has had its value: recorded at once, or in pieces. */
const anchors = (first: Day): fc.Arbitrary<Case> => {
  const graded = fc.tuple(fc.constantFrom('P-2', 'P-2', 'P-3', null), rangeOf(days(first), maybe(days(first), 2)));
  return fc
    .record({
      within: fc.constantFrom('P3D', 'P10D', 'P1M'),
      grades: some(graded, 1, 4),
      certificates: certificatesOn(days(first), 0, 1),
    })
    .map(({ within, grades, certificates }) =>
      caseOf(first, {
        requirement: { timeToComply: { within, anchor: 'grade' } },
        facts: [assigned(first), ...grades.map(([grade, { from, to }]) => fact('grade', grade, from, to))],
        certificates,
      }),
    );
};

export const focusedCase: fc.Arbitrary<Case> = fc
  .constantFrom(...FIRST_DAYS)
  .chain((first) =>
    fc.oneof(...[renewals, withdrawals, gaps, places, stops, conditional, anchors].map((focus) => focus(first))),
  );
