import { expect, it } from 'vitest';
import { dayColumn, NO_EVIDENCE } from '../../src/compliance/interval_columns.ts';
import { emptyEvaluation, pairText } from '../../src/evaluator/evaluation.ts';
import { type After, listed, Pages } from '../../src/evaluator/listing.ts';
import { numberOfDay } from '../../src/learning/days.ts';

const POINT = { asOf: '2024-06-01', knownAt: 50 };
const DUE = 4;

/** Persons with a status by each of three requirements, known from revision 10 on. */
function anEvaluation(persons: number) {
  const evaluation = emptyEvaluation();
  const rest = { status: DUE, day: dayColumn('2024-07-01'), evidence: NO_EVIDENCE };
  const days = { from: numberOfDay('2024-01-01'), to: numberOfDay('2024-12-31') };
  const reason = evaluation.reasons.numberOf('{"terms":1,"unknown":[],"missing":[]}');
  const group = evaluation.groups.numberOf('[null,null,null]');
  for (let i = 0; i < persons; i++) {
    const person = evaluation.persons.numberOf(`P-${i}`);
    const rows = ['C', 'A', 'B'].map((requirement) => {
      const pair = evaluation.pairs.numberOf(pairText('agency-a', requirement));
      return { person, pair, group, reason, ...days, ...rest };
    });
    evaluation.columns.replace(person, 10, rows, () => true);
  }
  return evaluation;
}

it.each([5, 7, 100])('pages follow one another without a gap, whatever is kept for the next (%i rows)', (most) => {
  const evaluation = anEvaluation(7);
  const pages = new Pages(most);
  const found: string[] = [];
  let after: After | undefined;
  do {
    const { rows, next } = pages.at(evaluation, POINT, {}, { limit: 4, after });
    for (const { person, requirement } of rows.map((row) => listed(evaluation, row)))
      found.push(`${person} ${requirement}`);
    after = next;
    // What is known later is another page's.
    evaluation.columns.replace(found.length % 7, 60 + found.length, [], () => true);
  } while (after !== undefined);
  expect(found).toEqual(Array.from({ length: 21 }, (_, i) => `P-${Math.floor(i / 3)} ${'CAB'[i % 3]}`));
});

it('another question in between is answered by itself', () => {
  const evaluation = anEvaluation(3);
  const pages = new Pages();
  const persons = (wanted: object, after?: After) => {
    const { rows, next } = pages.at(evaluation, POINT, wanted, { limit: 2, after });
    return { found: rows.map((row) => listed(evaluation, row)).map((one) => `${one.person} ${one.requirement}`), next };
  };
  const first = persons({});
  expect(first.found).toEqual(['P-0 C', 'P-0 A']);
  expect(persons({ requirement: 'B' }).found).toEqual(['P-0 B', 'P-1 B']);
  expect(persons({ statuses: ['overdue'] })).toEqual({ found: [], next: undefined });
  expect(persons({}, first.next).found).toEqual(['P-0 B', 'P-1 C']);
});
