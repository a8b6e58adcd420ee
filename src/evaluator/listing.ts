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
  /**
   * The last event that changed the run of days with this status, its reason, or the facts by which it is counted;
   * null: it is not worked out yet which one it was.
   */
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

/** How many rows in order are kept for the pages that follow: four bytes each. */
const KEPT_ROWS = 500_000;

/** Rows in order, behind one of them or from the first on. */
interface Ordered {
  readonly evaluation: Evaluation;
  readonly asked: string;
  /** The key behind which they begin. */
  readonly behind: number;
  readonly places: Uint32Array;
  /** Whether there are no more behind them. */
  readonly isWhole: boolean;
}

/** Pages of statuses. Who reads a whole list asks for one after the other: what was found for one is kept for the next. */
export class Pages {
  readonly #most: number;
  #kept: Ordered | undefined;

  /** @param most how many rows are kept; more than any page has */
  constructor(most = KEPT_ROWS) {
    this.#most = most;
  }

  /**
   * A page of statuses on a day, in the order in which persons and requirements came up: later events do not change it.
   * What is not on the page is looked at as two numbers a row: there may be millions.
   */
  at(
    evaluation: Evaluation,
    point: Point,
    wanted: Wanted,
    { limit, after }: { readonly limit: number; readonly after: After | undefined },
  ): Page {
    const behind = after === undefined ? -1 : keyOfPlace(evaluation, after);
    const asked = JSON.stringify([point, wanted]);
    const kept = this.#kept;
    const isSame = kept?.evaluation === evaluation && kept.asked === asked && kept.behind <= behind;
    const found = (isSame && pageIn(kept, behind, point, limit)) || undefined;
    if (found !== undefined) return found;
    this.#kept = { evaluation, asked, behind, ...this.#ordered(evaluation, point, wanted, behind) };
    const page = pageIn(this.#kept, behind, point, limit)!;
    if (page.next === undefined) this.#kept = undefined;
    return page;
  }

  /** The first of the wanted rows behind a key, in order. */
  #ordered(evaluation: Evaluation, point: Point, wanted: Wanted, behind: number): Pick<Ordered, 'places' | 'isWhole'> {
    const places: number[] = [];
    const persons: number[] = [];
    const starts = new Uint32Array(evaluation.persons.texts.length + 1);
    forEachWanted(evaluation, point, wanted, (block, at) => {
      if (keyOf({ block, at }) <= behind) return;
      const person = block.columns.person[at]!;
      places.push(block.number * BLOCK_ROWS + at);
      persons.push(person);
      starts[person + 1]!++;
    });
    for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
    // They come in order of the pairs: it is enough to put them, one after the other, to their persons.
    const ordered = new Uint32Array(places.length);
    places.forEach((place, i) => {
      ordered[starts[persons[i]!]!++] = place;
    });
    return { places: ordered.slice(0, this.#most), isWhole: ordered.length <= this.#most };
  }
}

/** Undefined: what is kept is not enough, or not so any more. */
function pageIn(
  { evaluation, places, isWhole }: Ordered,
  behind: number,
  { knownAt }: Point,
  limit: number,
): Page | undefined {
  const rowAt = (i: number): Row => {
    const place = places[i]!;
    return { block: evaluation.columns.blockAt(place), at: place % BLOCK_ROWS };
  };
  let first = 0;
  for (let end = places.length; first < end; ) {
    const middle = (first + end) >>> 1;
    if (keyOf(rowAt(middle)) <= behind) first = middle + 1;
    else end = middle;
  }
  const isLast = first + limit >= places.length;
  if (isLast && !isWhole) return undefined;
  const rows = Array.from({ length: Math.min(limit, places.length - first) }, (_, i) => rowAt(first + i));
  const isKnown = ({ block: { columns }, at }: Row) =>
    columns.knownFrom[at]! <= knownAt && knownAt < columns.knownTo[at]!;
  if (!rows.every(isKnown)) return undefined;
  return { rows, next: isLast ? undefined : listed(evaluation, rows.at(-1)!) };
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
  const [dutyStation, category, grade] = groupAt(evaluation.groups, group[row]!);
  const { terms, unknown, missing, waiver, because } = reasonAt(evaluation.reasons, reason[row]!);
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
function keyOf({ block, at }: Row): number {
  return block.columns.person[at]! * PAIRS + block.pair;
}

function keyOfPlace({ persons, pairs }: Evaluation, { person, agency, requirement }: After): number {
  return (persons.known(person) ?? -1) * PAIRS + (pairs.known(pairText(agency, requirement)) ?? 0);
}
