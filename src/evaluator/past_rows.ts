import { assignmentsOf } from '../compliance/evaluate.ts';
import type { IntervalRow } from '../compliance/interval_columns.ts';
import { KnownRows } from '../compliance/known_rows.ts';
import type { LearnerPast, PastChange } from '../queries/learner_past.ts';
import { isActivity } from '../xapi/statement.ts';
import { both, catalogueFor, concerning, type Requirements, requirementsBy } from './affected.ts';
import type { Evaluation } from './evaluation.ts';
import { personRows } from './person_rows.ts';
import type { Declared, Stretch } from './stretch.ts';

/** Works out what was known of a learner at each revision of a stretch, from what was known before it. */
export function fillPast(evaluation: Evaluation, past: LearnerPast, stretch: Stretch): void {
  const steps = stepsOf(past, stretch);
  const { columns, persons, pairs } = evaluation;
  const numbers = past.ids.map((id) => persons.numberOf(id));
  const before = numbers.flatMap((number) => columns.knownAt(number, stretch.from - 1));
  // Where nothing changes, what was known before goes on to be known.
  const rows = new KnownRows(before, stretch.from);
  for (const step of steps) {
    const { revision, requirements } = step;
    const found = past.personsAt(revision).flatMap((persons) => rowsOf(persons, past, step, evaluation));
    rows.turn(revision, found, concerning(requirements, pairs));
  }
  const known = rows.end(stretch.to);
  for (const number of numbers) columns.rewrite(number, stretch, known.get(number) ?? []);
}

/** A revision that changed statuses of a learner, and by which requirements. */
interface Step {
  readonly revision: number;
  readonly requirements: Requirements;
  readonly declared: Declared;
}

function stepsOf(past: LearnerPast, { from, to, declared }: Stretch): readonly Step[] {
  const steps = new Map<number, Step>();
  const add = (revision: number, requirements: Requirements) => {
    if (requirements !== 'all' && requirements.size === 0) return;
    const step = { revision, declared: declared.findLast((one) => one.revision <= revision)! };
    steps.set(revision, { ...step, requirements: both(steps.get(revision)?.requirements ?? new Set(), requirements) });
  };
  for (const { revision, affected } of declared) {
    const { persons, requirements } = affected;
    if (persons === 'everybody' || persons.some((one) => past.ids.includes(one))) add(revision, requirements);
  }
  for (const change of past.changes(from, to)) {
    const { known } = declared.findLast(({ revision }) => revision <= change.revision)!;
    add(change.revision, requirementsOf(change, known.compliance));
  }
  return [...steps.values()].sort((one, other) => one.revision - other.revision);
}

function requirementsOf({ statement }: PastChange, policy: Declared['known']['compliance']): Requirements {
  if (statement === undefined) return 'all';
  const { verb, object } = statement;
  return requirementsBy({ verb: verb.id, activity: isActivity(object) ? object.id : null }, policy);
}

/** One who has several ids is under the least of them. */
function rowsOf(
  persons: readonly string[],
  past: LearnerPast,
  { revision, requirements, declared: { known, places } }: Step,
  evaluation: Evaluation,
): readonly IntervalRow[] {
  const { compliance } = known;
  const catalogue = catalogueFor(requirements, known);
  const assignments = assignmentsOf(past.recordAt(persons, revision), compliance, places, catalogue);
  return personRows(evaluation.persons.numberOf(persons[0]!), assignments, compliance, evaluation, requirements);
}
