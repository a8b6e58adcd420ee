import { describe, expect, it } from 'vitest';
import { NO_DAY, NO_EVIDENCE, STATUSES } from '../../src/compliance/interval_columns.ts';
import type { StatusName } from '../../src/compliance/model.ts';
import { emptyEvaluation, pairText } from '../../src/evaluator/evaluation.ts';
import { snapshotDifferences, snapshotText } from '../../src/evaluator/snapshot_form.ts';
import type { Day } from '../../src/events/learning_types.ts';
import { numberOfDay } from '../../src/learning/days.ts';

const POINT = { asOf: '2024-03-31', knownAt: 7 };

/** Somebody's status in an agency by a requirement, in 2024. */
interface Given {
  readonly person: string;
  readonly agency?: string;
  readonly requirement?: string;
  readonly status: StatusName;
  readonly day?: Day;
}

/** An evaluation in which these statuses came up in this order. */
function evaluationOf(...given: readonly Given[]) {
  const evaluation = emptyEvaluation();
  for (const [person, statuses] of Map.groupBy(given, (one) => one.person)) {
    const number = evaluation.persons.numberOf(person);
    const rows = statuses.map(({ agency = 'agency-a', requirement = 'safety', status, day }) => ({
      person: number,
      pair: evaluation.pairs.numberOf(pairText(agency, requirement)),
      group: evaluation.groups.numberOf(JSON.stringify([null, null, null])),
      from: numberOfDay('2024-01-01'),
      to: numberOfDay('2024-12-31'),
      status: STATUSES.indexOf(status),
      day: day === undefined ? NO_DAY : numberOfDay(day),
      reason: evaluation.reasons.numberOf(JSON.stringify({ terms: 1, unknown: [], missing: [] })),
      evidence: NO_EVIDENCE,
    }));
    evaluation.columns.replace(number, 1, rows, () => true);
  }
  return evaluation;
}

describe('the canonical form of a snapshot', () => {
  it('has a line for each status, with its day, in order of the text', () => {
    const evaluation = evaluationOf(
      { person: 'P-3', status: 'overdue', day: '2024-02-01' },
      { person: 'P-1', status: 'compliant', day: '2025-01-31' },
      { person: 'P-1', agency: 'agency-b', status: 'undetermined' },
      { person: 'P-2', status: 'due', day: '2024-06-30' },
      { person: 'P-2', requirement: 'first-aid', status: 'waived', day: '2024-12-31' },
      { person: 'P-10', status: 'compliant' },
    );
    expect(snapshotText(evaluation, POINT, undefined)).toBe(`["agency-a","P-1","safety","compliant","2025-01-31"]
["agency-a","P-10","safety","compliant",null]
["agency-a","P-2","first-aid","waived","2024-12-31"]
["agency-a","P-2","safety","due","2024-06-30"]
["agency-a","P-3","safety","overdue","2024-02-01"]
["agency-b","P-1","safety","undetermined",null]
`);
    expect(snapshotText(evaluation, POINT, 'agency-b')).toBe('["agency-b","P-1","safety","undetermined",null]\n');
  });

  it('is the same text whatever the order in which statuses came up', () => {
    const statuses: Given[] = ['P-1', 'P-2', 'P-3'].flatMap((person) => [
      { person, status: 'compliant' as const },
      { person, requirement: 'first-aid', status: 'overdue' as const, day: '2024-02-01' },
    ]);
    const text = snapshotText(evaluationOf(...statuses), POINT, undefined);
    expect(snapshotText(evaluationOf(...statuses.toReversed()), POINT, undefined)).toBe(text);
  });

  it('is of the day and of what was known then', () => {
    const evaluation = evaluationOf({ person: 'P-1', status: 'compliant' });
    expect(snapshotText(evaluation, { ...POINT, asOf: '2025-01-01' }, undefined)).toBe('');
    expect(snapshotText(evaluation, { ...POINT, knownAt: 0 }, undefined)).toBe('');
  });
});

describe('the differences of two contents', () => {
  const line = (person: string, status: string, day: string | null = null) =>
    `${JSON.stringify(['agency-a', person, 'safety', status, day])}\n`;

  it('are those whose status or day is another one, and those who are in one alone', () => {
    const frozen = line('P-1', 'compliant') + line('P-2', 'due', '2024-06-30') + line('P-3', 'overdue', '2024-01-01');
    const recomputed =
      line('P-0', 'compliant') + line('P-2', 'due', '2024-07-31') + line('P-3', 'overdue', '2024-01-01');
    const whose = { agency: 'agency-a', requirement: 'safety' };
    expect(snapshotDifferences(frozen, recomputed)).toEqual([
      { ...whose, person: 'P-0', frozen: null, recomputed: ['compliant', null] },
      { ...whose, person: 'P-1', frozen: ['compliant', null], recomputed: null },
      { ...whose, person: 'P-2', frozen: ['due', '2024-06-30'], recomputed: ['due', '2024-07-31'] },
    ]);
  });

  it('are none where there are none', () => {
    expect(snapshotDifferences('', '')).toEqual([]);
    expect(snapshotDifferences(line('P-1', 'due', '2024-06-30'), line('P-1', 'due', '2024-06-30'))).toEqual([]);
  });
});
