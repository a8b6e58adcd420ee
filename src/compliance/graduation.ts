import type { PartsNeeded, ProgrammeDeclared, ProgrammePart } from '../events/compliance_types.ts';
import type { Day } from '../events/learning_types.ts';
import { type Standing, type Standpoint, standingOf, type Tally, tallyOf } from './progress.ts';

export interface PartProgress extends Standing, Pick<ProgrammePart, 'part' | 'title' | 'kind'> {}

/** Whether a participant graduates, and why or what is missing. */
export interface Graduation {
  readonly graduates: boolean;
  /** The day from which on they do. */
  readonly since: Day | null;
  /** The parts that make them a graduate. */
  readonly because: readonly string[];
  /** What is still needed of the parts that are left; null: nothing. */
  readonly missing: PartsNeeded | null;
}

export interface ParticipantProgress extends Tally, Graduation {
  readonly parts: readonly PartProgress[];
}

/** How a participant of a programme stands on a day. @param standpoints at least one */
export function participantProgress(
  programme: ProgrammeDeclared,
  standpoints: readonly Standpoint[],
  day: Day,
): ParticipantProgress {
  const found = programme.parts.map(({ part, title, kind, satisfiedBy }) => {
    const { standing, last } = standingOf(satisfiedBy, standpoints, day);
    return { progress: { part, title, kind, ...standing }, last };
  });
  const parts = found.map(({ progress }) => progress);
  const activity = found.map(({ last }) => last);
  return { ...tallyOf(parts, activity), ...graduationOf(programme.graduates, parts), parts };
}

/** Whether the parts that are done are those that are needed. Of any and of so many, all that are done are named. */
export function graduationOf(
  needed: PartsNeeded,
  parts: readonly Pick<PartProgress, 'part' | 'done' | 'since'>[],
): Graduation {
  if ('part' in needed) {
    const part = parts.find((one) => one.part === needed.part);
    return part?.done
      ? { graduates: true, since: part.since, because: [part.part], missing: null }
      : { graduates: false, since: null, because: [], missing: needed };
  }
  const [members, count] = membersOf(needed);
  const judged = members.map((member) => graduationOf(member, parts));
  const met = judged.filter(({ graduates }) => graduates);
  if (met.length < count) {
    const open = judged.flatMap(({ missing }) => missing ?? []);
    return { graduates: false, since: null, because: [], missing: someOf(open, count - met.length) };
  }
  // What needs nothing was done before all else.
  const days = met.map(({ since }) => since ?? '').sort();
  return {
    graduates: true,
    since: days[count - 1] || null,
    because: [...new Set(met.flatMap(({ because }) => because))],
    missing: null,
  };
}

function membersOf(needed: Exclude<PartsNeeded, { part: string }>): [members: readonly PartsNeeded[], count: number] {
  if ('all' in needed) return [needed.all, needed.all.length];
  return 'any' in needed ? [needed.any, 1] : [needed.of, needed.atLeast];
}

/** So many of the members, in the plainest words. */
function someOf(members: readonly PartsNeeded[], count: number): PartsNeeded {
  const [only] = members;
  if (only !== undefined && members.length === 1 && count === 1) return only;
  if (count === members.length) return { all: members };
  return count === 1 ? { any: members } : { atLeast: count, of: members };
}
