import type { WaiverGranted } from '../events/compliance_types.ts';
import type { Day } from '../events/learning_types.ts';
import { dayAfter, dayBefore, FIRST_DAY, LAST_DAY } from '../learning/days.ts';
import type { Versioned } from '../learning/model.ts';
import { addEdges, holds, type Surroundings } from './condition.ts';
import { addWaiverEdges } from './edges.ts';
import type { CompliancePolicy, Interval, Terms } from './model.ts';

/** A waiver that holds, and its last day. */
export interface Waived {
  /** Undefined: the absence is excused. */
  readonly waiver: Versioned<WaiverGranted> | undefined;
  readonly until: Interval['until'];
}

/** The waiver that lasts longest of those that hold on a day, or the absence that excuses. */
export function waiverOn(
  { data }: Terms,
  waivers: readonly Versioned<WaiverGranted>[],
  around: Surroundings,
  day: Day,
): Waived | undefined {
  const holding = waivers
    .filter((one) => one.data.extendsTo === undefined && covers(one.data, day) && groupHolds(one.data, around, day))
    .sort((a, b) => ((b.data.to ?? LAST_DAY) < (a.data.to ?? LAST_DAY) ? -1 : 1))[0];
  if (holding !== undefined) {
    const { to } = holding.data;
    return { waiver: holding, until: to === undefined ? null : { day: to, because: 'waiver' } };
  }
  const { absence } = data;
  if (absence?.effect !== 'excuses' || holds(absence.when, around, day) !== true) return undefined;
  return { waiver: undefined, until: null };
}

/**
 * Days on which the clock is stopped: in order, none in two. Of each waiver and of absence only runs of days that have
 * begun by the day, for later changes of the person are not foreseen.
 */
export function stoppedDays(
  { data: { absence } }: Terms,
  waivers: readonly Versioned<WaiverGranted>[],
  around: Surroundings,
  day: Day,
): readonly Days[] {
  const runs: Days[] = [];
  for (const { data } of waivers) {
    if (data.stopsClock !== true || data.from > day) continue;
    const isStopped = (on: Day) => covers(data, on) && groupHolds(data, around, on);
    runs.push(...runsOf((add) => addWaiverEdges(data, around, add), isStopped));
  }
  if (absence?.effect === 'stops-clock') {
    const { when } = absence;
    const isAbsent = (on: Day) => holds(when, around, on) === true;
    runs.push(...runsOf((add) => addEdges(when, around, add), isAbsent));
  }
  return joined(runs.filter(([from]) => from <= day));
}

type Days = readonly [from: Day, to: Day];

/** The runs of days on which something is so. @param addEdgesTo tells of every day on which that can change */
function runsOf(addEdgesTo: (add: (day: Day) => void) => void, isSo: (day: Day) => boolean): Days[] {
  // What holds where nobody recorded a fact holds before all edges, too.
  const edges = new Set<Day>([FIRST_DAY]);
  addEdgesTo((edge) => edges.add(edge));
  const inOrder = [...edges].sort();
  const runs = inOrder.flatMap((from, i): Days[] => {
    const next = inOrder[i + 1];
    return isSo(from) ? [[from, next === undefined ? LAST_DAY : dayBefore(next)]] : [];
  });
  return joined(runs);
}

/** In order; what overlaps, or goes on the day after, is one. */
function joined(runs: readonly Days[]): Days[] {
  const found: [Day, Day][] = [];
  for (const [from, to] of runs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    const last = found.at(-1);
    if (last === undefined || (last[1] < LAST_DAY && dayAfter(last[1]) < from)) found.push([from, to]);
    else if (last[1] < to) last[1] = to;
  }
  return found;
}

/** The waivers that can concern a person in an agency, by a requirement. */
export function waiversFor(
  { waivers }: CompliancePolicy,
  requirement: string,
  { agency, persons }: { readonly agency: string; readonly persons: readonly string[] },
): readonly Versioned<WaiverGranted>[] {
  const { ofGroups, byPerson } = waivers.get(requirement) ?? { ofGroups: [], byPerson: new Map() };
  const named = persons.flatMap((person) => byPerson.get(person) ?? []);
  return [...new Set([...ofGroups, ...named])].filter(
    ({ data }) => data.agency === undefined || data.agency === agency,
  );
}

function covers({ from, to }: WaiverGranted, day: Day): boolean {
  return from <= day && (to === undefined || day <= to);
}

/** Whether the person is in the waiver's group on a day. */
export function groupHolds({ group }: WaiverGranted, around: Surroundings, day: Day): boolean {
  return group === undefined || holds(group, around, day) === true;
}
