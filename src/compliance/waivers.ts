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

/** Days on which the clock is stopped, of spans that have begun by a day: in order, none in two. */
export function stoppedDays(
  { data }: Terms,
  waivers: readonly Versioned<WaiverGranted>[],
  around: Surroundings,
  day: Day,
): readonly (readonly [Day, Day])[] {
  const { absence } = data;
  const stopping = waivers.filter((one) => one.data.stopsClock === true && one.data.from <= day);
  const whenAbsent = absence?.effect === 'stops-clock' ? absence.when : undefined;
  if (stopping.length === 0 && whenAbsent === undefined) return [];
  // What holds where nobody recorded a fact holds before all edges, too.
  const edges = new Set<Day>([FIRST_DAY]);
  const add = (edge: Day) => edges.add(edge);
  if (whenAbsent !== undefined) addEdges(whenAbsent, around, add);
  for (const one of stopping) addWaiverEdges(one.data, around, add);
  const isStopped = (on: Day): boolean =>
    (whenAbsent !== undefined && holds(whenAbsent, around, on) === true) ||
    stopping.some((one) => covers(one.data, on) && groupHolds(one.data, around, on));
  const stopped: [Day, Day][] = [];
  const inOrder = [...edges].sort();
  inOrder.forEach((from, i) => {
    if (!isStopped(from)) return;
    const next = inOrder[i + 1];
    const to = next === undefined ? LAST_DAY : dayBefore(next);
    const last = stopped.at(-1);
    if (last !== undefined && dayAfter(last[1]) === from) last[1] = to;
    else stopped.push([from, to]);
  });
  return stopped.filter(([from]) => from <= day);
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
