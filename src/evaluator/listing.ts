import { NO_DAY, NO_EVIDENCE, STATUSES } from '../compliance/interval_columns.ts';
import type { StatusName, UnknownFact } from '../compliance/model.ts';
import type { Day, FactValue } from '../events/learning_types.ts';
import { addPeriod, dayOfNumber, numberOfDay } from '../learning/days.ts';
import { ASSIGNED, type Evaluation, groupAt, pairOf, reasonAt } from './evaluation.ts';
import { type Chosen, chosenGroups, chosenPairs, forEachAt, type Point } from './point.ts';

/** One person's status by one requirement, with its reason: the events are named by their ledger revisions. */
export interface ListedStatus {
  readonly person: string;
  readonly agency: string;
  readonly requirement: string;
  readonly status: StatusName;
  readonly until: Day | null;
  readonly by: Day | null;
  readonly since: Day | null;
  /** What ends being compliant or waived. */
  readonly because: string | null;
  readonly dutyStation: FactValue | null;
  readonly category: FactValue | null;
  readonly grade: FactValue | null;
  /** The declaration in force. */
  readonly rule: number;
  /** The earliest evidence of what satisfies. */
  readonly evidence: number | null;
  readonly missing: readonly string[];
  readonly unknown: readonly UnknownFact[];
  readonly waiver: string | null;
  /** The event that made it known; null: it was worked out for this question. */
  readonly revision: number | null;
}

/** Which statuses are listed. */
export interface Wanted extends Chosen {
  /** Absent: all but `not-required`. */
  readonly statuses?: readonly StatusName[] | undefined;
  /** Only what ends (compliant, waived) or is due within so many days. */
  readonly within?: number | undefined;
}

/** Where a page begins: behind a person and a requirement. */
export interface After {
  readonly person: string;
  readonly agency: string;
  readonly requirement: string;
}

export interface Page {
  readonly found: readonly ListedStatus[];
  /** Where the next page begins; undefined: this is the last. */
  readonly next: After | undefined;
}

/** A page of statuses on a day, in the order in which persons and requirements came up: later events do not change it. */
export function listAt(
  evaluation: Evaluation,
  point: Point,
  { statuses, within, ...chosen }: Wanted,
  page: { readonly limit: number; readonly after: After | undefined },
): Page {
  const rows = rowsAt(evaluation, point, { statuses, within, ...chosen });
  const keys = sortedKeys(evaluation, rows);
  const first = page.after === undefined ? 0 : behind(evaluation, keys, page.after);
  const found = keys.slice(first, first + page.limit).map(({ row }) => listed(evaluation, row));
  const last = found.at(-1);
  return { found, next: first + found.length < keys.length && last !== undefined ? last : undefined };
}

/** The rows of statuses that are wanted, in no order. */
export function rowsAt(
  evaluation: Evaluation,
  point: Point,
  { statuses, within, ...chosen }: Wanted,
): readonly number[] {
  const isStatus = STATUSES.map((name) => statuses === undefined || statuses.includes(name));
  const isPair = chosenPairs(evaluation, chosen).map((is, pair) =>
    is === 1 && pairOf(evaluation.pairs.texts[pair]!).requirement !== ASSIGNED ? 1 : 0,
  );
  const overdue = STATUSES.indexOf('overdue');
  const last = within === undefined ? NO_DAY : numberOfDay(addPeriod(point.asOf, `P${within}D`));
  const { status, day } = evaluation.columns.columns;
  const rows: number[] = [];
  forEachAt(evaluation.columns, point, isPair, chosenGroups(evaluation, chosen), (row) => {
    if (!isStatus[status[row]!]) return;
    if (within !== undefined && (status[row] === overdue || day[row]! > last)) return;
    rows.push(row);
  });
  return rows;
}

/** A row in words. */
export function listed(evaluation: Evaluation, row: number): ListedStatus {
  const { columns, persons, pairs } = evaluation;
  const { person, pair, group, status, day, reason, evidence, knownFrom } = columns.columns;
  const name = STATUSES[status[row]!]!;
  const named = day[row] === NO_DAY ? null : dayOfNumber(day[row]!);
  const [dutyStation, category, grade] = groupAt(evaluation, group[row]!);
  const { terms, unknown, missing, waiver, because } = reasonAt(evaluation, reason[row]!);
  const { agency, requirement } = pairOf(pairs.texts[pair[row]!]!);
  return {
    person: persons.texts[person[row]!]!,
    agency,
    requirement,
    status: name,
    until: name === 'compliant' || name === 'waived' ? named : null,
    by: name === 'due' ? named : null,
    since: name === 'overdue' ? named : null,
    because: because ?? null,
    dutyStation: dutyStation ?? null,
    category: category ?? null,
    grade: grade ?? null,
    rule: terms,
    evidence: evidence[row] === NO_EVIDENCE ? null : evidence[row]!,
    missing,
    unknown,
    waiver: waiver ?? null,
    revision: knownFrom[row] === 0 ? null : knownFrom[row]!,
  };
}

interface Keyed {
  readonly row: number;
  readonly key: number;
}

const PAIRS = 2 ** 20;

function sortedKeys({ columns }: Evaluation, rows: readonly number[]): readonly Keyed[] {
  const { person, pair } = columns.columns;
  return rows.map((row) => ({ row, key: person[row]! * PAIRS + pair[row]! })).sort((a, b) => a.key - b.key);
}

function behind(
  { persons, pairs }: Evaluation,
  keys: readonly Keyed[],
  { person, agency, requirement }: After,
): number {
  const key = (persons.known(person) ?? -1) * PAIRS + (pairs.known(`${agency}\n${requirement}`) ?? 0);
  const at = keys.findIndex((one) => one.key > key);
  return at < 0 ? keys.length : at;
}
