import { BLOCK_ROWS, NO_DAY, NO_EVIDENCE, type RowBlock, STATUSES } from '../compliance/interval_columns.ts';
import type { StatusName, UnknownFact } from '../compliance/model.ts';
import type { Day, FactValue } from '../events/learning_types.ts';
import { addPeriod, dayOfNumber, numberOfDay } from '../learning/days.ts';
import { ASSIGNED, type Evaluation, groupAt, isVague, pairOf, pairText, reasonAt } from './evaluation.ts';
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
  /** The event that made it known; null: it is not worked out yet which one it was. */
  readonly revision: number | null;
}

/** Which statuses are listed. */
export interface Wanted extends Chosen {
  /** Absent: all but `not-required`. */
  readonly statuses?: readonly StatusName[] | undefined;
  /** Only what ends (compliant, waived) or is due within so many days. */
  readonly within?: number | undefined;
}

/** A row, in its block. */
export interface Row {
  readonly block: RowBlock;
  readonly at: number;
}

/** Where a page begins: behind a person and a requirement. */
export interface After {
  readonly person: string;
  readonly agency: string;
  readonly requirement: string;
}

export interface Page {
  readonly rows: readonly Row[];
  /** Where the next page begins; undefined: this is the last. */
  readonly next: After | undefined;
}

/**
 * A page of statuses on a day, in the order in which persons and requirements came up: later events do not change it.
 * What is not on the page is looked at as two numbers a row: there may be millions.
 */
export function pageAt(
  evaluation: Evaluation,
  point: Point,
  wanted: Wanted,
  { limit, after }: { readonly limit: number; readonly after: After | undefined },
): Page {
  const behind = after === undefined ? -1 : keyOfPlace(evaluation, after);
  const keys: number[] = [];
  const places: number[] = [];
  forEachWanted(evaluation, point, wanted, (block, at) => {
    const key = keyOf(block, at);
    if (key <= behind) return;
    keys.push(key);
    places.push(block.number * BLOCK_ROWS + at);
  });
  const inOrder = Float64Array.from(keys).sort();
  const lastKey = inOrder[limit - 1] ?? Number.POSITIVE_INFINITY;
  const rows = places
    .filter((_, i) => keys[i]! <= lastKey)
    .map((place) => ({ block: evaluation.columns.blockAt(place), at: place % BLOCK_ROWS }))
    .sort((one, other) => keyOf(one.block, one.at) - keyOf(other.block, other.at));
  return { rows, next: rows.length === keys.length ? undefined : listed(evaluation, rows.at(-1)!) };
}

/** The rows of statuses that are wanted, in no order. */
export function rowsAt(evaluation: Evaluation, point: Point, wanted: Wanted): readonly Row[] {
  const rows: Row[] = [];
  forEachWanted(evaluation, point, wanted, (block, at) => rows.push({ block, at }));
  return rows;
}

function forEachWanted(
  evaluation: Evaluation,
  point: Point,
  { statuses, within, ...chosen }: Wanted,
  tell: (block: RowBlock, at: number) => void,
): void {
  const isStatus = STATUSES.map((name) => statuses === undefined || statuses.includes(name));
  const isPair = chosenPairs(evaluation, chosen).map((is, pair) =>
    is === 1 && pairOf(evaluation.pairs.texts[pair]!).requirement !== ASSIGNED ? 1 : 0,
  );
  const overdue = STATUSES.indexOf('overdue');
  const last = within === undefined ? NO_DAY : numberOfDay(addPeriod(point.asOf, `P${within}D`));
  forEachAt(evaluation, point, isPair, chosenGroups(evaluation, chosen), (block, places, count) => {
    const { status, day } = block.columns;
    for (const at of places.subarray(0, count)) {
      if (!isStatus[status[at]!]) continue;
      if (within !== undefined && (status[at] === overdue || day[at]! > last)) continue;
      tell(block, at);
    }
  });
}

/** A row in words. */
export function listed(evaluation: Evaluation, { block, at: row }: Row): ListedStatus {
  const { persons, pairs } = evaluation;
  const { person, group, status, day, reason, evidence, knownFrom } = block.columns;
  const name = STATUSES[status[row]!]!;
  const named = day[row] === NO_DAY ? null : dayOfNumber(day[row]!);
  const [dutyStation, category, grade] = groupAt(evaluation, group[row]!);
  const { terms, unknown, missing, waiver, because } = reasonAt(evaluation, reason[row]!);
  const { agency, requirement } = pairOf(pairs.texts[block.pair]!);
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
    revision: isVague(evaluation, knownFrom[row]!) ? null : knownFrom[row]!,
  };
}

const PAIRS = 2 ** 20;

/** Of a person and a pair there is one row, on a day as known at a revision. */
function keyOf(block: RowBlock, at: number): number {
  return block.columns.person[at]! * PAIRS + block.pair;
}

function keyOfPlace({ persons, pairs }: Evaluation, { person, agency, requirement }: After): number {
  return (persons.known(person) ?? -1) * PAIRS + (pairs.known(pairText(agency, requirement)) ?? 0);
}
