import { describe, expect, it } from 'vitest';
import type { EquivalenceDecided, EquivalenceRevoked } from '../../src/events/learning_types.ts';
import type { KnownDecision } from '../../src/learning/model.ts';
import { assigned, completed, equivalence, requirement, standing, timeline } from './given.ts';

const revokedFrom = (data: EquivalenceDecided, keep: boolean): KnownDecision => {
  const revoked: EquivalenceRevoked = { decision: data.decision, from: '2025-07-01', keep, reason: 'Shortened' };
  return { revision: 5, version: 1, data, revoked: { revision: 6, data: revoked } };
};

describe('the examples of the rules', () => {
  it('entry, last day, re-entry with a grace of six months', () => {
    const grace = { timeToComply: { within: 'P6M' } };
    const facts = (again: string) => [assigned('2023-01-01', '2023-03-31'), assigned(again)];
    const anew = timeline({ requirements: [requirement(grace)] }, { facts: facts('2023-08-01') });
    expect(standing(anew, '2023-01-01')).toBe('due by 2023-07-01');
    expect(standing(anew, '2023-04-01')).toBe('nothing');
    expect(standing(anew, '2023-08-01')).toBe('due by 2024-02-01');
    expect(standing(anew, '2024-02-01')).toBe('due by 2024-02-01');
    expect(standing(anew, '2024-02-02')).toBe('overdue since 2024-02-02');
    const bridged = timeline({ requirements: [requirement({ ...grace, bridge: 30 })] }, { facts: facts('2023-04-15') });
    expect(standing(bridged, '2023-04-14')).toBe('nothing');
    expect(standing(bridged, '2023-04-15')).toBe('due by 2023-07-01');
  });

  it('yearly from 1 April', () => {
    const yearly = { requirements: [requirement({ recurrence: { yearly: '04-01' } })] };
    const facts = [assigned('2023-05-01')];
    const missed = timeline(yearly, { facts, certificates: [completed('safety', '2023-06-10')] });
    expect(standing(missed, '2023-05-02')).toBe('due by 2024-03-31');
    expect(standing(missed, '2023-06-10')).toBe('compliant until 2024-03-31 (cycle)');
    expect(standing(missed, '2025-03-31')).toBe('due by 2025-03-31');
    expect(standing(missed, '2025-04-01')).toBe('overdue since 2025-04-01');
    expect(standing(missed, '2031-01-01')).toBe('overdue since 2025-04-01');
    const settled = timeline(yearly, {
      facts,
      certificates: [completed('safety', '2023-06-10'), completed('safety', '2025-04-15')],
    });
    expect(standing(settled, '2025-04-10')).toBe('overdue since 2025-04-01');
    expect(standing(settled, '2025-04-15')).toBe('compliant until 2026-03-31 (cycle)');
    expect(standing(settled, '2026-04-01')).toBe('due by 2027-03-31');
  });

  it('a revoked equivalence, keeping what was granted or not', () => {
    const on = (keep: boolean, day: string) => {
      const decisions = [revokedFrom(equivalence(), keep)];
      const learner = { facts: [assigned('2025-01-01')], certificates: [completed('other', day)] };
      return standing(timeline({ requirements: [requirement()], decisions }, learner), '2025-07-05');
    };
    expect(on(true, '2025-05-10')).toBe('compliant');
    expect(on(true, '2025-07-02')).toBe('overdue since 2025-01-01');
    expect(on(false, '2025-05-10')).toBe('overdue since 2025-07-01');
    expect(on(false, '2025-07-02')).toBe('overdue since 2025-01-01');
  });

  it('a month that ends before the day', () => {
    const until = (day: string, every: string) =>
      timeline(
        { requirements: [requirement({ recurrence: { every } })] },
        { facts: [assigned('2020-01-01')], certificates: [completed('safety', day)] },
      ).find(({ status }) => status === 'compliant')?.until;
    expect(until('2023-08-31', 'P6M')).toEqual({ day: '2024-02-29', because: 'recurrence' });
    expect(until('2024-08-31', 'P6M')).toEqual({ day: '2025-02-28', because: 'recurrence' });
    expect(until('2024-02-29', 'P1Y')).toEqual({ day: '2025-02-28', because: 'recurrence' });
  });
});
