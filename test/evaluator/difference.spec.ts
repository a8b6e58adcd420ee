import { expect, it } from 'vitest';
import { dayColumn, NO_EVIDENCE } from '../../src/compliance/interval_columns.ts';
import { differenceOf } from '../../src/evaluator/difference.ts';
import { emptyEvaluation, pairText } from '../../src/evaluator/evaluation.ts';
import { numberOfDay } from '../../src/learning/days.ts';

const OVERDUE = 5;

/** One person, overdue since June 2022: known from revision 6 on, from 7 on only to the end of 2025; nothing from 9 on. */
function anEvaluation() {
  const evaluation = emptyEvaluation();
  const person = evaluation.persons.numberOf('P-1');
  const row = {
    person,
    pair: evaluation.pairs.numberOf(pairText('agency-a', 'safety')),
    group: evaluation.groups.numberOf('[null,null,null]'),
    reason: evaluation.reasons.numberOf('{"terms":1,"unknown":[],"missing":["safety"]}'),
    status: OVERDUE,
    day: dayColumn('2022-06-01'),
    evidence: NO_EVIDENCE,
    from: numberOfDay('2022-06-01'),
  };
  const known = (revision: number, ...ends: string[]) => {
    const rows = ends.map((to) => ({ ...row, to: numberOfDay(to) }));
    evaluation.columns.replace(person, revision, rows, () => true);
  };
  known(6, '9999-12-31');
  known(7, '2025-12-31');
  known(9);
  return evaluation;
}

function causes(evaluation: ReturnType<typeof anEvaluation>, ...knownAt: readonly [number, number]) {
  const [one, other] = knownAt.map((revision) => ({ evaluation, point: { asOf: '2023-01-01', knownAt: revision } }));
  return differenceOf(one!, other!, {}).map((changed) => changed.causes);
}

it('names the events that changed the status of the day, not those that changed others of its days', () => {
  const evaluation = anEvaluation();
  expect(causes(evaluation, 5, 8)).toEqual([[{ kind: 'event', revision: 6 }]]);
  expect(causes(evaluation, 6, 8)).toEqual([]);
  expect(causes(evaluation, 6, 9)).toEqual([[{ kind: 'event', revision: 9 }]]);
  expect(causes(evaluation, 9, 7)).toEqual([[{ kind: 'event', revision: 9 }]]);
  expect(causes(evaluation, 5, 9)).toEqual([]);
});

it('names none where it is not worked out which one it was', () => {
  const evaluation = anEvaluation();
  evaluation.gaps.push({ from: 0, to: 6 });
  expect(causes(evaluation, 5, 8)).toEqual([[]]);
});
