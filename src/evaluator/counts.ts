import { STATUSES } from '../compliance/interval_columns.ts';
import type { CompliancePolicy, StatusName } from '../compliance/model.ts';
import type { Day } from '../events/learning_types.ts';
import { dayOfNumber, numberOfDay } from '../learning/days.ts';
import { ASSIGNED, type Evaluation, GROUP_FACTS, type GroupFact, pairOf, pairText } from './evaluation.ts';
import { type Chosen, chosenGroups, chosenPairs, forEachAt, type Point, valueText } from './point.ts';

/** How many people have which status. */
export type StatusCounts = Readonly<Record<StatusName, number>>;

export interface Counted {
  readonly counts: StatusCounts;
  /** Those in order of those to whom it applies; null: it applies to nobody. Who is undetermined is in neither. */
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
  const tally = new Int32Array(evaluation.pairs.texts.length * values.names.length * STATUSES.length);
  const isPair = chosenPairs(evaluation, chosen);
  const isGroup = chosenGroups(evaluation, chosen);
  const { pair, group, status } = evaluation.columns.columns;
  const { length } = values.names;
  forEachAt(evaluation.columns, point, (row) => {
    const ofPair = pair[row]!;
    const ofGroup = group[row]!;
    if (!isPair[ofPair] || !isGroup[ofGroup]) return;
    const at = (ofPair * length + values.ofGroup[ofGroup]!) * STATUSES.length + status[row]!;
    tally[at] = tally[at]! + 1;
  });
  const of = (pairNumber: number | undefined, value: number): readonly number[] => {
    if (pairNumber === undefined) return STATUSES.map(() => 0);
    const at = (pairNumber * length + value) * STATUSES.length;
    return [...tally.subarray(at, at + STATUSES.length)];
  };
  return inForce(evaluation, point.asOf, chosen, policy).map(({ agency, requirement, title }) => {
    const own = evaluation.pairs.known(pairText(agency, requirement));
    const assigned = evaluation.pairs.known(pairText(agency, ASSIGNED));
    const counted = values.names.map((value, i) => {
      const people = of(assigned, i).reduce((sum, one) => sum + one, 0);
      return { value, people, ...withRest(of(own, i), people) };
    });
    const total = values.names.reduce(
      (sum, _, i) => of(own, i).map((one, j) => one + sum[j]!),
      STATUSES.map(() => 0),
    );
    const people = counted.reduce((sum, one) => sum + one.people, 0);
    const groups = counted.filter((one) => one.people > 0).map(({ people: _, ...one }) => one);
    return { agency, requirement, title, ...withRest(total, people), ...(chosen.by !== undefined && { groups }) };
  });
}

/** How many have which status on each of some days, the first and the last included. */
export interface Trend {
  readonly agency: string;
  readonly requirement: string;
  readonly days: readonly ({ readonly day: Day } & Counted)[];
}

/** One pass over the rows: each adds to the days on which it holds. */
export function trend(
  evaluation: Evaluation,
  { from, to, knownAt }: { readonly from: Day; readonly to: Day; readonly knownAt: number },
  chosen: Chosen,
): readonly Trend[] {
  const [first, last] = [numberOfDay(from), numberOfDay(to)];
  const days = last - first + 1;
  const { columns, length } = evaluation.columns;
  const changes = new Int32Array(evaluation.pairs.texts.length * STATUSES.length * (days + 1));
  const isPair = chosenPairs(evaluation, chosen);
  const isGroup = chosenGroups(evaluation, chosen);
  for (let row = 0; row < length; row++) {
    if (columns.knownFrom[row]! > knownAt || knownAt >= columns.knownTo[row]!) continue;
    if (columns.from[row]! > last || columns.to[row]! < first) continue;
    if (!isPair[columns.pair[row]!] || !isGroup[columns.group[row]!]) continue;
    const at = (columns.pair[row]! * STATUSES.length + columns.status[row]!) * (days + 1);
    const begins = at + Math.max(columns.from[row]! - first, 0);
    const ends = at + Math.min(columns.to[row]! - first + 1, days);
    changes[begins] = changes[begins]! + 1;
    changes[ends] = changes[ends]! - 1;
  }
  /** The running sums of a pair's status. */
  const runOf = (pair: number, status: number): Int32Array => {
    const at = (pair * STATUSES.length + status) * (days + 1);
    const run = changes.slice(at, at + days);
    for (let i = 1; i < days; i++) run[i] = run[i]! + run[i - 1]!;
    return run;
  };
  return evaluation.pairs.texts.flatMap((text, number) => {
    const { agency, requirement } = pairOf(text);
    if (!isPair[number] || requirement === ASSIGNED) return [];
    const assigned = runOf(evaluation.pairs.known(pairText(agency, ASSIGNED))!, STATUSES.indexOf('compliant'));
    const runs = STATUSES.map((_, status) => runOf(number, status));
    const found = Array.from({ length: days }, (_, i) => ({
      day: dayOfNumber(first + i),
      ...withRest(
        runs.map((run) => run[i]!),
        assigned[i]!,
      ),
    }));
    return [{ agency, requirement, days: found }];
  });
}

/** Of the people of an agency, those who have no row by a requirement need not. @param counts by number of the status */
function withRest(counts: readonly number[], people: number): Counted {
  const found = Object.fromEntries(STATUSES.map((name, i) => [name, counts[i]!])) as Record<StatusName, number>;
  found['not-required'] = people - counts.reduce((sum, one) => sum + one, 0);
  const inOrder = found.compliant + found.waived + found.due;
  const applies = inOrder + found.overdue;
  return { counts: found, rate: applies === 0 ? null : inOrder / applies };
}

/** The values of a fact that groups have, and which each group has. */
function valuesOf({ groups }: Evaluation, by: GroupFact | undefined) {
  const place = by === undefined ? -1 : GROUP_FACTS.indexOf(by);
  const names: (string | null)[] = [];
  const ofGroup = groups.texts.map((text) => {
    const value = place < 0 ? null : valueText(JSON.parse(text)[place]);
    const known = names.indexOf(value);
    return known < 0 ? names.push(value) - 1 : known;
  });
  return { names, ofGroup };
}

/** The requirements of the agencies that are in force on a day. */
function inForce({ pairs }: Evaluation, day: Day, chosen: Chosen, { terms }: CompliancePolicy) {
  const agencies = pairs.texts.map(pairOf).filter(({ requirement }) => requirement === ASSIGNED);
  return agencies
    .filter(({ agency }) => chosen.agency === undefined || chosen.agency === agency)
    .flatMap(({ agency }) =>
      [...terms].flatMap(([requirement, all]) => {
        if (chosen.requirement !== undefined && chosen.requirement !== requirement) return [];
        const present = all.find(({ from, to }) => from <= day && day <= to);
        if (present === undefined) return [];
        const { agency: owner, title } = present.data;
        return owner === undefined || owner === agency ? [{ agency, requirement, title }] : [];
      }),
    )
    .sort((a, b) => (pairText(a.agency, a.requirement) < pairText(b.agency, b.requirement) ? -1 : 1));
}
