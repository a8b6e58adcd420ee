import { describe, expect, it } from 'vitest';
import { intervalOn } from '../../src/compliance/evaluate.ts';
import type { Satisfaction } from '../../src/events/compliance_types.ts';
import type { Fact } from '../../src/events/learning_types.ts';
import { assigned, completed, requirement, standing, timeline } from './given.ts';

const facts = (...more: readonly Fact[]) => [assigned('2024-01-01'), ...more];

it('foresees an end by the terms of the day, also where other terms begin after a gap', () => {
  const first = requirement({ satisfiedBy: { course: 'safety', maxAge: 'P1M' }, from: '2024-01-01', to: '2024-02-01' });
  const later = requirement({ from: '2024-02-03' });
  const certificates = [completed('safety', '2024-01-10')];
  const intervals = timeline({ requirements: [first, later] }, { facts: facts(), certificates });
  const untilOn = (day: string) => intervalOn(intervals, day)?.until;
  expect(untilOn('2024-01-20')).toEqual({ day: '2024-02-10', because: 'maximum-age' });
  expect(untilOn('2024-02-02')).toBeUndefined();
  expect(untilOn('2024-02-03')).toBeNull();
});

describe('where several things end on one day', () => {
  const untilOn = (intervals: ReturnType<typeof timeline>, day: string) => intervalOn(intervals, day)?.until;

  it('the later completion is what is renewed, also where the month clamps both ends to one day', () => {
    const recurrence = { every: 'P1M', window: 'P1D' };
    const certificates = ['2025-01-28', '2025-01-30', '2025-02-28'].map((day) => completed('safety', day));
    const intervals = timeline({ requirements: [requirement({ recurrence })] }, { facts: facts(), certificates });
    expect(untilOn(intervals, '2025-02-27')).toEqual({ day: '2025-02-28', because: 'recurrence' });
    expect(untilOn(intervals, '2025-02-28')).toEqual({ day: '2025-03-30', because: 'recurrence' });
  });

  // The rules do not say so: a withdrawal that takes no day leaves what one has without it.
  const yearly = { recurrence: { yearly: '03-01' } } as const;
  const revokedFrom = (of: number, from: string, terms: Parameters<typeof requirement>[0], ...courses: string[]) => {
    const certificates = courses.map((one) => completed(...(one.split(' ') as [string, string])));
    return timeline(
      { requirements: [requirement(terms)] },
      { facts: facts(), certificates, withdrawn: [{ of, kind: 'revoked', from }] },
    );
  };

  it('what is revoked when it is over anyway has expired, and there is time to renew', () => {
    const alone = (from: string) => standing(revokedFrom(0, from, yearly, 'safety 2024-01-10'), '2024-03-01');
    expect(alone('2024-03-01')).toBe('due by 2025-02-28');
    expect(alone('2024-02-29')).toBe('overdue since 2024-02-29');
    // Another one that expires is enough by itself.
    const beside = revokedFrom(1, '2024-03-01', yearly, 'safety 2024-01-10', 'safety 2024-02-15');
    expect(standing(beside, '2024-03-01')).toBe('due by 2025-02-28');
  });

  it('of two that are both needed the one that is taken away cannot be renewed, whichever comes first', () => {
    const [first, other]: Satisfaction[] = [{ course: 'safety', recurs: false }, { course: 'other' }];
    for (const all of [
      [first!, other!],
      [other!, first!],
    ]) {
      const intervals = revokedFrom(
        0,
        '2024-03-01',
        { ...yearly, satisfiedBy: { all } },
        'safety 2024-01-10',
        'other 2024-01-10',
      );
      expect(standing(intervals, '2024-03-01')).toBe('overdue since 2024-03-01');
    }
  });

  it('of two of which one is enough the one that expires gives time to renew', () => {
    const any: Satisfaction[] = [{ course: 'safety', recurs: false }, { course: 'other' }];
    for (const of of [any, any.toReversed()]) {
      const terms = { ...yearly, satisfiedBy: { any: of } };
      const intervals = revokedFrom(0, '2024-03-01', terms, 'safety 2024-01-10', 'other 2024-01-10');
      expect(standing(intervals, '2024-03-01')).toBe('due by 2025-02-28');
    }
  });
});

it('foresees that an order ends with the completion that it goes by, though a later one lasts', () => {
  const all: Satisfaction[] = [{ course: 'other' }, { course: 'safety' }];
  const terms = requirement({ satisfiedBy: { all, ordered: true }, recurrence: { every: 'P1M' } });
  const certificates = [
    completed('other', '2024-01-10'),
    completed('safety', '2024-01-20'),
    completed('other', '2024-01-25'),
  ];
  const intervals = timeline({ requirements: [terms] }, { facts: facts(), certificates });
  expect(intervalOn(intervals, '2024-01-25')!.until).toEqual({ day: '2024-02-10', because: 'recurrence' });
  expect(standing(intervals, '2024-02-11')).toBe('overdue since 2024-02-11');
});

it('foresees that a renewal lasts shorter once what it renewed is withdrawn', () => {
  const terms = requirement({ recurrence: { every: 'P1M', window: 'P10D' } });
  const certificates = [completed('safety', '2024-01-10'), completed('safety', '2024-02-05')];
  const withdrawn = [{ of: 0, kind: 'revoked', from: '2024-02-20' }] as const;
  const intervals = timeline({ requirements: [terms] }, { facts: facts(), certificates, withdrawn });
  expect(intervalOn(intervals, '2024-02-05')!.until).toEqual({ day: '2024-03-05', because: 'recurrence' });
  expect(standing(intervals, '2024-03-06')).toBe('overdue since 2024-03-06');
});

describe('what is there in a gap that is bridged', () => {
  const recurrence = { every: 'P10D', toRenew: 'P10D' };

  it('is of the same span: who completed it in the gap has the time to renew', () => {
    const given = [assigned('2024-01-01', '2024-01-20'), assigned('2024-02-12')];
    const on = (bridge: number) => {
      const certificates = [completed('safety', '2024-01-25')];
      const intervals = timeline(
        { requirements: [requirement({ recurrence, bridge })] },
        { facts: given, certificates },
      );
      return standing(intervals, '2024-02-12');
    };
    expect(on(22)).toBe('due by 2024-02-14');
    expect(on(21)).toBe('overdue since 2024-02-12');
  });

  it('lapses where later terms begin, for those that ended go on to count', () => {
    const first = requirement({ recurrence, bridge: 5, to: '2024-02-01' });
    const later = requirement({ recurrence, bridge: 5, from: '2024-02-03', satisfiedBy: { course: 'other' } });
    const certificates = [completed('safety', '2024-01-28')];
    const intervals = timeline({ requirements: [first, later] }, { facts: facts(), certificates });
    expect(standing(intervals, '2024-02-01')).toBe('compliant until 2024-02-07 (recurrence)');
    expect(standing(intervals, '2024-02-03')).toBe('due by 2024-02-12');
  });
});
