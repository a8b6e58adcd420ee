import type { PathDeclared, PathStep, Satisfaction } from '../events/compliance_types.ts';
import type { Day } from '../events/learning_types.ts';
import { dayAfter, FIRST_DAY } from '../learning/days.ts';
import { type SatisfyingCertificate, satisfying } from './explain.ts';
import type { UnknownFact } from './model.ts';
import {
  endsLater,
  evidenceIn,
  type Learned,
  missingIn,
  type Part,
  type SatisfiedUntil,
  satisfied,
} from './satisfaction.ts';

/** What a person has learned by the day that is asked about, as one agency counts it. */
export interface Standpoint {
  /** null: of a person who is in no agency, by what is common to all. */
  readonly agency: string | null;
  readonly learned: Learned;
  /** The latest day on which each course was completed, whether or not that still counts. */
  readonly completed: ReadonlyMap<string, Day>;
}

/** How what must be learned stands on a day. */
export interface Standing {
  readonly done: boolean;
  /** The day from which on it is done; null: it is not, or nothing is needed. */
  readonly since: Day | null;
  /** The last day on which it is done, and what ends it; null: nothing does, or it is not done. */
  readonly until: SatisfiedUntil;
  /** The agency where it counts; null: it is common to all, or not done. */
  readonly agency: string | null;
  /** What shows it. */
  readonly certificates: readonly SatisfyingCertificate[];
  /** The courses that are missing where it is not done. */
  readonly missing: readonly string[];
  /** Facts that nobody recorded and without which it is not known what is needed. */
  readonly unknown: readonly UnknownFact[];
}

export interface StepProgress extends Standing, Pick<PathStep, 'step' | 'title'> {
  /** It would be done but for the order: it was completed before the step before it. */
  readonly outOfOrder: boolean;
}

/** How much is done, of anything that has several members. */
export interface Tally {
  readonly done: number;
  readonly left: number;
  readonly of: number;
  /** The latest day on which a course that a member names was completed, whether or not that still counts. */
  readonly lastActivity: Day | null;
}

/** How far somebody is: they have completed nothing of it, or something, or all is done. */
export type Stage = 'not-begun' | 'begun' | 'done';

export interface PathProgress extends Tally {
  readonly steps: readonly StepProgress[];
  /** The first step that is left; null: none is. */
  readonly next: string | null;
  readonly stage: Stage;
}

/**
 * How far a person is on a path on a day. A step is done when it is done in one of the agencies. Of an ordered path it
 * must have been completed on or after the day from which on the step before it is done: where that one is left, so
 * are all behind it.
 * @param standpoints at least one
 */
export function pathProgress(path: PathDeclared, standpoints: readonly Standpoint[], day: Day): PathProgress {
  let notBefore: Day | undefined;
  const activity: (Day | null)[] = [];
  const steps = path.steps.map(({ step, title, satisfiedBy }): StepProgress => {
    const { standing, last } = standingOf(satisfiedBy, standpoints, day, notBefore);
    const outOfOrder =
      !standing.done && notBefore !== undefined && standingOf(satisfiedBy, standpoints, day).standing.done;
    if (path.ordered) notBefore = standing.done ? (standing.since ?? notBefore) : dayAfter(day);
    activity.push(last);
    return { step, title, ...standing, outOfOrder };
  });
  const tally = tallyOf(steps, activity);
  const stage = tally.left === 0 ? 'done' : tally.done > 0 || tally.lastActivity !== null ? 'begun' : 'not-begun';
  return { ...tally, steps, next: steps.find(({ done }) => !done)?.step ?? null, stage };
}

/** @param activity the last day of each member */
export function tallyOf(members: readonly Standing[], activity: readonly (Day | null)[]): Tally {
  const done = members.filter((member) => member.done).length;
  return { done, left: members.length - done, of: members.length, lastActivity: latest(activity) };
}

/**
 * How something that must be learned stands on a day, and the last day on which any of its courses was completed. Done
 * in several agencies, it is told where it lasts longest; in none, where least is missing.
 * @param notBefore completions before this day do not count
 */
export function standingOf(
  needed: Satisfaction,
  standpoints: readonly Standpoint[],
  day: Day,
  notBefore?: Day,
): { readonly standing: Standing; readonly last: Day | null } {
  const ways = standpoints.map(({ agency, learned, completed }) => {
    const part = satisfied(needed, learned, { day, known: day }, ignoreEnd, notBefore);
    return { agency, part, missing: [...new Set(missingIn(part))], last: lastIn(part, completed) };
  });
  const last = latest(ways.map((way) => way.last));
  const met = ways.filter(({ part }) => part.met);
  if (met.length === 0) {
    const { missing, part } = ways.reduce((one, other) => (other.missing.length < one.missing.length ? other : one));
    const none = { done: false, since: null, until: null, agency: null, certificates: [] } as const;
    return { standing: { ...none, missing, unknown: part.unknown }, last };
  }
  const { agency, part } = met.reduce((one, other) => (endsLater(other.part.until, one.part.until) ? other : one));
  const [since] = met.map((way) => way.part.first).sort();
  const certificates = new Map(evidenceIn(part).map((span) => [span.certificate.id, satisfying(span)]));
  return {
    standing: {
      done: true,
      since: since === FIRST_DAY ? null : since!,
      until: part.until,
      agency,
      certificates: [...certificates.values()],
      missing: [],
      unknown: [],
    },
    last,
  };
}

/** The last completion of the courses that a part names, and of what meets it in their place. */
function lastIn({ course, evidence, parts }: Part, completed: Standpoint['completed']): Day | null {
  const own = course === undefined ? null : (completed.get(course) ?? null);
  return latest([own, evidence?.certificate.completed ?? null, ...parts.map((part) => lastIn(part, completed))]);
}

function latest(days: readonly (Day | null)[]): Day | null {
  return days.reduce((last, day) => (day !== null && (last === null || day > last) ? day : last), null);
}

function ignoreEnd(): void {}
