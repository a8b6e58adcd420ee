import { requirementsOf } from '../compliance/evaluate.ts';
import { STATUSES, UNDETERMINED_APPLYING } from '../compliance/interval_columns.ts';
import type { CompliancePolicy, StatusName, Terms } from '../compliance/model.ts';
import type { Day } from '../events/learning_types.ts';
import { dayOfNumber, numberOfDay } from '../learning/days.ts';
import { ASSIGNED, type Evaluation, GROUP_FACTS, type GroupFact, pairText } from './evaluation.ts';
import { blocksOf, type Chosen, chosenGroups, chosenPairs, forEachAt, type Point, valueText } from './point.ts';

/** How many people have which status. */
export type StatusCounts = Readonly<Record<StatusName, number>>;

export interface Counted {
  readonly counts: StatusCounts;
  /** Those in order of those to whom it certainly applies; null: it applies to nobody. */
  readonly rate: number | null;
}

export interface RequirementCounts extends Counted {
  readonly agency: string;
  readonly requirement: string;
  readonly title: string;
  /** By the values of a fact, where that was asked for; null: nobody recorded it. */
  readonly groups?: readonly ({ readonly value: string | null } & Counted)[];
}

/** Everybody who is in an agency is counted once for each requirement that is in force. */
export function countsAt(
  evaluation: Evaluation,
  point: Point,
  chosen: Chosen & { readonly by?: GroupFact | undefined },
  policy: CompliancePolicy,
): readonly RequirementCounts[] {
  const values = valuesOf(evaluation, chosen.by);
  const tally = new Int32Array(evaluation.pairs.texts.length * values.names.length * CODES);
  const { length } = values.names;
  const isPair = chosenPairs(evaluation, chosen);
  forEachAt(evaluation, point, isPair, chosenGroups(evaluation, chosen), ({ pair, columns }, places, count) => {
    const { group, status } = columns;
    const own = pair * length * CODES;
    for (let i = 0; i < count; i++) {
      const row = places[i]!;
      const at = own + (length === 1 ? 0 : values.ofGroup[group[row]!]! * CODES) + status[row]!;
      tally[at] = tally[at]! + 1;
    }
  });
  const of = (name: string, value: number): Int32Array => {
    const number = evaluation.pairs.known(name);
    if (number === undefined) return NOBODY;
    const at = (number * length + value) * CODES;
    return tally.subarray(at, at + CODES);
  };
  /** Of each agency, the values that somebody has, with how many do. */
  const present = new Map<string, readonly (readonly [value: number, people: number])[]>();
  const presentIn = (agency: string) =>
    present.getOrInsertComputed(agency, () =>
      values.names
        .map((_, value) => [value, sumOf(of(pairText(agency, ASSIGNED), value))] as const)
        .filter(([, people]) => people > 0),
    );
  return requirementsIn(chosen, policy)
    .filter(({ terms }) => terms.some((one) => isInForce(one, point.asOf)))
    .flatMap(({ agency, requirement, terms }) => {
      const there = presentIn(agency);
      // Of the whole system those agencies are told of in which somebody is.
      if (there.length === 0 && chosen.agency === undefined) return [];
      const own = pairText(agency, requirement);
      const total = STATUSES.map((_, code) => sumOf(there.map(([value]) => of(own, value)[code]!)));
      const { title } = terms.find((one) => isInForce(one, point.asOf))!.data;
      const all = { agency, requirement, title, ...withRest(total, sumOf(there.map(([, people]) => people))) };
      if (chosen.by === undefined) return [all];
      const groups = there.map(([value, people]) => ({
        value: values.names[value]!,
        ...withRest(of(own, value), people),
      }));
      return [{ ...all, groups }];
    });
}

/** How many have which status on each of some days, the first and the last included. */
export interface Trend {
  readonly agency: string;
  readonly requirement: string;
  readonly days: readonly ({ readonly day: Day } & Counted)[];
}

/**
 * One pass over the rows: each adds to the days on which it holds. A requirement has the days on which it is in force;
 * of the whole system, those agencies are told of in which somebody is on one of the days.
 */
export function trend(
  evaluation: Evaluation,
  { from, to, knownAt }: { readonly from: Day; readonly to: Day; readonly knownAt: number },
  chosen: Chosen,
  policy: CompliancePolicy,
): readonly Trend[] {
  const [first, last] = [numberOfDay(from), numberOfDay(to)];
  const days = last - first + 1;
  const changes = new Int32Array(evaluation.pairs.texts.length * CODES * (days + 1));
  const isGroup = chosenGroups(evaluation, chosen);
  for (const { pair, columns, length } of blocksOf(evaluation.columns, chosenPairs(evaluation, chosen), knownAt)) {
    for (let row = 0; row < length; row++) {
      if (columns.from[row]! > last || columns.to[row]! < first) continue;
      if (columns.knownFrom[row]! > knownAt || knownAt >= columns.knownTo[row]!) continue;
      if (isGroup !== undefined && isGroup[columns.group[row]!] === 0) continue;
      const at = (pair * CODES + columns.status[row]!) * (days + 1);
      const begins = at + Math.max(columns.from[row]! - first, 0);
      const ends = at + Math.min(columns.to[row]! - first + 1, days);
      changes[begins] = changes[begins]! + 1;
      changes[ends] = changes[ends]! - 1;
    }
  }
  /** The running sums of a pair's status. */
  const runOf = (pair: number | undefined, status: number): Int32Array => {
    if (pair === undefined) return new Int32Array(days);
    const at = (pair * CODES + status) * (days + 1);
    const run = changes.slice(at, at + days);
    for (let i = 1; i < days; i++) run[i] = run[i]! + run[i - 1]!;
    return run;
  };
  return requirementsIn(chosen, policy).flatMap(({ agency, requirement, terms }) => {
    const number = evaluation.pairs.known(pairText(agency, requirement));
    const assigned = runOf(evaluation.pairs.known(pairText(agency, ASSIGNED)), ASSIGNED_CODE);
    if (chosen.agency === undefined && !assigned.some((people) => people > 0)) return [];
    const runs = STATUSES.map((_, status) => runOf(number, status));
    const found = Array.from({ length: days }, (_, i) => ({ day: dayOfNumber(first + i), i }))
      .filter(({ day }) => terms.some((one) => isInForce(one, day)))
      .map(({ day, i }) => ({
        day,
        ...withRest(
          runs.map((run) => run[i]!),
          assigned[i]!,
        ),
      }));
    return found.length === 0 ? [] : [{ agency, requirement, days: found }];
  });
}

/** How many numbers a status can have in the columns. */
const CODES = STATUSES.length;
const NOBODY = new Int32Array(CODES);
/** The status of the rows that say who is in an agency. */
const ASSIGNED_CODE = STATUSES.indexOf('compliant');

/** Of the people of an agency, those who have no row by a requirement need not. @param counts by number of the status */
function withRest(counts: ArrayLike<number> & Iterable<number>, people: number): Counted {
  const found: Record<StatusName, number> = {
    'not-required': people - sumOf(counts),
    undetermined: 0,
    compliant: 0,
    waived: 0,
    due: 0,
    overdue: 0,
  };
  let code = 0;
  for (const count of counts) found[STATUSES[code++]!] += count;
  const inOrder = found.compliant + found.waived + found.due;
  const applies = inOrder + found.overdue + counts[UNDETERMINED_APPLYING]!;
  return { counts: found, rate: applies === 0 ? null : inOrder / applies };
}

function sumOf(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

function isInForce({ from, to }: Terms, day: Day): boolean {
  return from <= day && day <= to;
}

/** The values of a fact that groups have, and which each group has. */
function valuesOf({ groups }: Evaluation, by: GroupFact | undefined) {
  const place = by === undefined ? -1 : GROUP_FACTS.indexOf(by);
  const numbers = new Map<string | null, number>();
  const ofGroup = Uint32Array.from(groups.texts, (text) => {
    const value = place < 0 ? null : valueText(JSON.parse(text)[place]);
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  });
  return { names: [...numbers.keys()], ofGroup };
}

/** The requirements of each agency that is chosen, as declared, in order of their ids. */
function requirementsIn({ agency: asked, requirement: wanted }: Chosen, policy: CompliancePolicy) {
  return [...policy.policy.agencies.keys()]
    .filter((agency) => asked === undefined || asked === agency)
    .sort()
    .flatMap((agency) =>
      requirementsOf(agency, policy)
        .filter((requirement) => wanted === undefined || wanted === requirement)
        .map((requirement) => ({ agency, requirement, terms: policy.terms.get(requirement)! })),
    );
}
