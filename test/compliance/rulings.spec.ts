import { describe, expect, it } from 'vitest';
import { courseSpansOf } from '../../src/compliance/course_spans.ts';
import { evaluate, intervalOn, placeBooks } from '../../src/compliance/evaluate.ts';
import type { Condition, Satisfaction } from '../../src/events/compliance_types.ts';
import type { Fact } from '../../src/events/learning_types.ts';
import type { KnownDecision } from '../../src/learning/model.ts';
import {
  AGENCY,
  assigned,
  completed,
  course,
  equivalence,
  fact,
  known,
  ofPlace,
  PERSON,
  policyOf,
  recordOf,
  requirement,
  standing,
  timeline,
  waiver,
} from './given.ts';

const P4: Condition = { fact: 'grade', equals: 'P-4' };
const facts = (...more: readonly Fact[]) => [assigned('2024-01-01'), ...more];
const graded = (grade: string) => facts(fact('grade', grade, '2024-01-01'));

describe('what only some need', () => {
  const on = (satisfiedBy: Satisfaction, given: readonly Fact[], ...courses: readonly string[]) => {
    const certificates = courses.map((one) => completed(one, '2024-01-15'));
    const intervals = timeline({ requirements: [requirement({ satisfiedBy })] }, { facts: given, certificates });
    return standing(intervals, '2024-02-01');
  };
  const overdue = 'overdue since 2024-01-01';
  const conditional: Satisfaction = { when: P4, needs: { course: 'safety' } };
  const other: Satisfaction = { course: 'other' };

  it('is met by others without evidence', () => {
    expect(on(conditional, graded('P-3'))).toBe('compliant');
    expect(on(conditional, graded('P-4'))).toBe(overdue);
    expect(on(conditional, graded('P-4'), 'safety')).toBe('compliant');
    expect(on(conditional, facts())).toBe('undetermined');
  });

  it.each<[string, Satisfaction, readonly [grade: string, courses: string[], expected: string][]]>([
    [
      'all',
      { all: [conditional, other] },
      [
        ['P-3', ['other'], 'compliant'],
        ['P-3', ['safety'], overdue],
        ['P-4', ['other'], overdue],
        ['P-4', ['other', 'safety'], 'compliant'],
      ],
    ],
    [
      'any',
      { any: [conditional, other] },
      [
        ['P-3', [], overdue],
        ['P-3', ['safety'], overdue],
        ['P-4', ['safety'], 'compliant'],
      ],
    ],
    [
      'so many of several, or all that are left',
      { atLeast: 2, of: [conditional, other] },
      [
        ['P-3', ['other'], 'compliant'],
        ['P-3', [], overdue],
        ['P-4', ['other'], overdue],
      ],
    ],
    ['all, where none is left', { all: [conditional] }, [['P-3', [], 'compliant']]],
    ['any, where none is left', { any: [conditional] }, [['P-3', [], 'compliant']]],
  ])('is left out of %s by others', (_kind, satisfiedBy, cases) => {
    for (const [grade, courses, expected] of cases) {
      expect(on(satisfiedBy, graded(grade), ...courses), `${grade} ${courses}`).toBe(expected);
    }
  });

  it('where it is not known who: only so far as that matters', () => {
    expect(on({ any: [conditional, other] }, facts(), 'other')).toBe('compliant');
    expect(on({ any: [conditional, other] }, facts())).toBe('undetermined');
    expect(on({ all: [conditional, other] }, facts(), 'other')).toBe('undetermined');
  });

  it('changes with the facts, and that is not foreseen', () => {
    const promoted = facts(fact('grade', 'P-3', '2024-01-01'), fact('grade', 'P-4', '2024-03-01'));
    const intervals = timeline({ requirements: [requirement({ satisfiedBy: conditional })] }, { facts: promoted });
    expect(standing(intervals, '2024-02-29')).toBe('compliant');
    expect(standing(intervals, '2024-03-01')).toBe('overdue since 2024-03-01');
  });
});

it('who comes into the group of a waiver later has no more time before, also when an absence stops the clock till then', () => {
  const terms = requirement({
    timeToComply: { within: 'P10D' },
    absence: { when: { fact: 'absent', equals: true }, effect: 'stops-clock' },
  });
  const { persons: _, ...stopping } = waiver({ group: P4, stopsClock: true });
  const given = facts(
    fact('absent', true, '2024-01-03', '2024-01-05'),
    fact('grade', 'P-4', '2024-01-06', '2024-01-07'),
  );
  const intervals = timeline({ requirements: [terms], waivers: [stopping] }, { facts: given });
  expect(standing(intervals, '2024-01-05')).toBe('due by 2024-01-14');
  expect(standing(intervals, '2024-01-06')).toBe('waived');
  expect(standing(intervals, '2024-01-08')).toBe('due by 2024-01-16');
});

it('the end of a suspension is foreseen from the completion on', () => {
  const person = {
    persons: [PERSON],
    facts: known(facts()).filter((one) => 'person' in one),
    record: {
      ...recordOf([completed('safety', '2024-01-10'), completed('safety', '2024-02-10')]),
      withdrawn: [
        {
          revision: 2000,
          data: {
            certificate: { recorded: 1002 },
            kind: 'suspended' as const,
            from: '2024-02-01',
            to: '2024-02-20',
            authority: 'HR',
            reason: 'Doubt',
          },
        },
      ],
    },
  };
  const policy = policyOf({ requirements: [requirement({ recurrence: { every: 'P2M' } })] });
  const intervals = evaluate(
    person,
    policy,
    placeBooks(() => []),
  )
    .get(AGENCY)!
    .get('safety')!;
  expect(intervalOn(intervals, '2024-02-09')!.until).toEqual({ day: '2024-03-10', because: 'recurrence' });
  expect(intervalOn(intervals, '2024-02-10')!.until).toEqual({ day: '2024-04-10', because: 'recurrence' });
});

it('a later change of what a place asks for is foreseen', () => {
  const bound = requirement({ satisfiedBy: { boundTo: 'station', course: 'induction' } });
  const until = (...certificates: readonly string[]) => {
    const given = facts(
      fact('station', 'kabul', '2024-01-01'),
      ofPlace('kabul', 'induction', 'safety', '2024-01-01', { to: '2024-05-31' }),
      ofPlace('kabul', 'induction', 'other', '2024-06-01'),
    );
    const completions = certificates.map((one) => completed(one, '2024-01-10'));
    return standing(timeline({ requirements: [bound] }, { facts: given, certificates: completions }), '2024-02-01');
  };
  expect(until('safety')).toBe('compliant until 2024-05-31 (place)');
  expect(until('safety', 'other')).toBe('compliant');
});

describe('a course of the mission to which one is sent', () => {
  const given = {
    courses: [course('induction-m1'), course('induction-m2')],
    requirements: [
      requirement({
        appliesTo: { fact: 'deployment', in: ['m1', 'm2'], ahead: 'P3M', unrecorded: false },
        satisfiedBy: { boundTo: 'deployment', course: 'induction', ahead: 'P3M' },
        timeToComply: { before: 'deployment' },
      }),
    ],
  };
  const facts = [
    assigned('2023-01-01'),
    fact('deployment', 'm1', '2024-04-01', '2024-06-30', 'm1'),
    fact('deployment', 'm2', '2024-09-01', undefined, 'm2'),
    ofPlace('m1', 'induction', 'induction-m1', '2020-01-01'),
    ofPlace('m2', 'induction', 'induction-m2', '2020-01-01'),
  ];

  it('is due before each deployment, and is that of the mission', () => {
    const certificates = [completed('induction-m1', '2024-03-01')];
    const intervals = timeline(given, { facts, certificates });
    expect(intervals.map(({ from, status, by, since }) => [from, status, by ?? since])).toEqual([
      ['2023-01-01', 'not-required', null],
      ['2024-01-01', 'due', '2024-03-31'],
      ['2024-03-01', 'compliant', null],
      ['2024-06-01', 'due', '2024-08-31'],
      ['2024-09-01', 'overdue', '2024-09-01'],
    ]);
  });

  it('is overdue from the first day of the deployment on', () => {
    const intervals = timeline(given, { facts });
    expect(standing(intervals, '2024-03-31')).toBe('due by 2024-03-31');
    expect(standing(intervals, '2024-04-01')).toBe('overdue since 2024-04-01');
    // That of the first mission is not asked for any more, that of the second not yet missing.
    expect(standing(intervals, '2024-07-01')).toBe('due by 2024-08-31');
  });
});

it('certificates of one day stand in the order of their names, whichever was recorded first', () => {
  const decision: KnownDecision = { revision: 5, version: 1, data: equivalence(), revoked: undefined };
  const { catalogue } = policyOf({ requirements: [], decisions: [decision] });
  const record = recordOf([completed('safety', '2024-01-15'), completed('other', '2024-01-15')]);
  const namesOf = (recorded: typeof record.recorded) =>
    courseSpansOf({ ...record, recorded }, catalogue, { agency: AGENCY, zone: 'UTC' })
      .get('safety')!
      .map(({ certificate }) => certificate.id);
  expect(namesOf(record.recorded)).toEqual(['recorded:1000', 'recorded:1002']);
  expect(namesOf(record.recorded.toReversed())).toEqual(['recorded:1000', 'recorded:1002']);
});

it('a place named in two pieces, one after the other, is asked for as if it were named once', () => {
  const appliesTo: Condition = { at: 'station', is: { not: { fact: 'hardship', equals: true } }, ahead: 'P3D' };
  const on = (...stations: readonly Fact[]) => {
    const given = facts(...stations, ofPlace('juba', 'hardship', false, '2024-03-31'));
    return standing(timeline({ requirements: [requirement({ appliesTo })] }, { facts: given }), '2024-03-29');
  };
  expect(on(fact('station', 'juba', '2024-01-01'))).toBe('undetermined');
  expect(on(fact('station', 'juba', '2024-01-01', '2024-03-31'), fact('station', 'juba', '2024-04-01'))).toBe(
    'undetermined',
  );
  const listed = [fact('station', ['juba'], '2024-01-01', '2024-03-31'), fact('station', ['juba'], '2024-04-01')];
  expect(on(...listed)).toBe('undetermined');
  expect(on(fact('station', 'juba', '2024-04-01'))).toBe('overdue since 2024-01-01');
});

it('keeps the order of parts over one that needs nothing of this person', () => {
  const nothing: Satisfaction = { all: [{ when: P4, needs: { course: 'third' } }] };
  const all: Satisfaction[] = [{ course: 'safety' }, nothing, { course: 'other' }];
  const requirements = [requirement({ satisfiedBy: { all, ordered: true } })];
  const on = (other: string) => {
    const certificates = [completed('safety', '2024-01-10'), completed('other', other)];
    return standing(timeline({ requirements }, { facts: graded('P-3'), certificates }), '2024-02-01');
  };
  expect(on('2024-01-05')).toBe('overdue since 2024-01-01');
  expect(on('2024-01-15')).toBe('compliant');
});
