import type { BoundCourse, CourseNeeded, NeededWhen, Recurrence, Satisfaction } from '../events/compliance_types.ts';
import type { Day, Period } from '../events/learning_types.ts';
import { addPeriod, dayBefore, LAST_DAY } from '../learning/days.ts';
import { holds, placesIn, type Surroundings, spansOn } from './condition.ts';
import type { CourseSpan } from './course_spans.ts';
import { earliestFirst } from './earliest_evidence.ts';
import type { EndCause, FactSpan, UnknownFact } from './model.ts';
import { recurrenceEnds } from './recurrence.ts';

/** The last day of what is satisfied, and what ends it; null: nothing. */
export type SatisfiedUntil = { readonly day: Day; readonly because: EndCause } | null;

/** What a satisfaction is asked of. */
export interface Learned extends Surroundings {
  readonly spans: ReadonlyMap<string, readonly CourseSpan[]>;
  readonly recurrence: Recurrence | undefined;
  /** How old evidence may be on a day. */
  readonly evidenceAge?: { readonly period: Period; readonly on: Day } | undefined;
}

/** For which day it is asked. */
export interface OnDay {
  readonly day: Day;
  /** Nothing that was completed later is known: the same day, or an earlier one when a future day is foreseen. */
  readonly known: Day;
}

/** A part of what must be learned, as it stands on a day. */
export interface Part {
  readonly kind: 'course' | 'bound' | 'when' | 'all' | 'any' | 'at-least';
  readonly met: boolean;
  readonly course?: string;
  /** What is asked of completions of the course. */
  readonly needed?: CourseNeeded;
  readonly until: SatisfiedUntil;
  /** The earliest day from which on what is there could meet it, when it is met. */
  readonly first: Day;
  /** What meets a course: of several, what lasts longest; of these the earliest. */
  readonly evidence?: CourseSpan;
  readonly parts: readonly Part[];
  /** The fact for which a course is missing, and its first day. */
  readonly awaited?: { readonly fact: string; readonly from: Day };
  /** Facts that nobody recorded and without which it is not known what is needed. */
  readonly unknown: readonly UnknownFact[];
}

const NEVER = '9999-12-31';
const ALWAYS = '0000-01-01';

/** Is told of every day on which something that is there now ends to count, or counts for longer or shorter. */
export type OnEnd = (end: NonNullable<SatisfiedUntil>) => void;

/** What of what must be learned is there on a day. @param notBefore completions before this day do not count */
export function satisfied(
  needed: Satisfaction,
  learned: Learned,
  on: OnDay,
  onEnd: OnEnd,
  notBefore: Day | undefined = undefined,
): Part {
  if ('all' in needed) {
    const parts: Part[] = [];
    let after = notBefore;
    for (const one of neededOf(needed.all, learned, on)) {
      const part = satisfied(one, learned, on, onEnd, after);
      parts.push(part);
      // What needs nothing is met always, and takes nothing back of the order.
      if (needed.ordered === true && part.met && part.first > (after ?? ALWAYS)) after = part.first;
    }
    return atLeast(parts.length, parts, 'all');
  }
  if ('any' in needed) {
    return atLeast(
      1,
      neededOf(needed.any, learned, on).map((one) => satisfied(one, learned, on, onEnd, notBefore)),
      'any',
    );
  }
  if ('of' in needed) {
    return atLeast(
      needed.atLeast,
      neededOf(needed.of, learned, on).map((one) => satisfied(one, learned, on, onEnd, notBefore)),
      'at-least',
    );
  }
  if ('when' in needed) return onlyWhen(needed, learned, on, onEnd, notBefore);
  return 'boundTo' in needed
    ? bound(needed, learned, on, onEnd, notBefore)
    : ofCourse(needed, learned, on, onEnd, notBefore);
}

/** The courses that are missing where a part is not met. */
export function missingIn({ met, course, parts }: Part): readonly string[] {
  if (met) return [];
  return [...(course === undefined ? [] : [course]), ...new Set(parts.flatMap(missingIn))];
}

/** The first day of the earliest fact of a name for which a course is missing. */
export function awaitedIn({ met, awaited, parts }: Part, fact: string): Day | undefined {
  if (met) return undefined;
  const days = [awaited?.fact === fact ? awaited.from : undefined, ...parts.map((part) => awaitedIn(part, fact))];
  return days.filter((day) => day !== undefined).sort()[0];
}

/** The evidence that meets a part, each piece once. */
export function evidenceIn({ met, evidence, parts }: Part): readonly CourseSpan[] {
  if (!met) return [];
  return [...(evidence === undefined ? [] : [evidence]), ...parts.flatMap(evidenceIn)];
}

/** Whether `a` ends after `b`. Of two that end on one day what expires goes further: it can be renewed. */
export function endsLater(a: SatisfiedUntil, b: SatisfiedUntil): boolean {
  if (a === null || b === null) return a !== b && a === null;
  return a.day === b.day ? isWithdrawn(b) && !isWithdrawn(a) : a.day > b.day;
}

/** Whether something is not over but was taken away: that cannot be renewed. */
export function isWithdrawn(end: SatisfiedUntil): boolean {
  return end?.because === 'revoked' || end?.because === 'suspended';
}

/** The members that the person needs, or of which that is not known. */
function neededOf(members: readonly Satisfaction[], learned: Learned, { known }: OnDay): readonly Satisfaction[] {
  return members.filter((one) => !('when' in one) || holds(one.when, learned, known) !== false);
}

/** What changes later of who needs it is not foreseen. */
function onlyWhen(
  { when, needs }: NeededWhen,
  learned: Learned,
  on: OnDay,
  onEnd: OnEnd,
  notBefore: Day | undefined,
): Part {
  const isNeeded = holds(when, learned, on.known);
  if (isNeeded === false) return atLeast(0, [], 'when');
  const part = satisfied(needs, learned, on, onEnd, notBefore);
  if (isNeeded === true) return { ...part, kind: 'when', parts: [part] };
  return { kind: 'when', met: false, until: null, first: NEVER, parts: [part], unknown: isNeeded };
}

/**
 * Of so many members met, the one that ends last but for the others: it ends when one too few is left. All members,
 * where there are fewer.
 */
function atLeast(wanted: number, parts: readonly Part[], kind: Part['kind']): Part {
  const count = Math.min(wanted, parts.length);
  const met = parts.filter((part) => part.met);
  const unknown = met.length >= count ? [] : parts.flatMap((part) => part.unknown);
  if (met.length < count) return { kind, met: false, until: null, first: NEVER, parts, unknown };
  if (count === 0) return { kind, met: true, until: null, first: ALWAYS, parts, unknown };
  const byEnd = met.toSorted((a, b) => (endsLater(a.until, b.until) ? -1 : endsLater(b.until, a.until) ? 1 : 0));
  const byFirst = met.map(({ first }) => first).sort();
  return { kind, met: true, until: byEnd[count - 1]!.until, first: byFirst[count - 1]!, parts, unknown };
}

function bound(
  { boundTo, course: name, ahead, ...needed }: BoundCourse,
  learned: Learned,
  on: OnDay,
  onEnd: OnEnd,
  notBefore: Day | undefined,
): Part {
  const unknown: UnknownFact[] = [];
  let same: SatisfiedUntil = null;
  // What is foreseen for a later day is foreseen for the places where the person is on the day that is asked about.
  const named = spansOn(learned.facts(boundTo), on.known, undefined, ahead);
  if (named.length === 0) unknown.push({ fact: boundTo });
  const courses = new Map<string, Day>();
  for (const { from, value } of named) {
    const day = from > on.day ? from : on.day;
    for (const place of placesIn(value)) {
      const ofPlace = learned.places(place)(name);
      same = earliest(same, unchangedUntil(ofPlace, day));
      const ofDay = spansOn(ofPlace, day).flatMap((span) => placesIn(span.value));
      if (ofDay.length === 0) unknown.push({ place, fact: name });
      for (const course of ofDay) if (!courses.has(course)) courses.set(course, from);
    }
  }
  const parts = Array.from(courses, ([course, from]) => {
    const part = ofCourse({ ...needed, course }, learned, on, onEnd, notBefore);
    return part.met ? part : { ...part, awaited: { fact: boundTo, from } };
  });
  if (unknown.length > 0) return { kind: 'bound', met: false, until: null, first: NEVER, parts, unknown };
  if (same !== null) onEnd(same);
  const part = atLeast(parts.length, parts, 'bound');
  return part.met ? { ...part, until: earliest(part.until, same) } : part;
}

/** The last day on which a place says what it says on a day, as recorded now. */
function unchangedUntil(spans: readonly FactSpan[], day: Day): SatisfiedUntil {
  const ends = spans.flatMap(({ from, to }) =>
    from > day ? [dayBefore(from)] : to >= day && to < LAST_DAY ? [to] : [],
  );
  const [first] = ends.sort();
  return first === undefined ? null : { day: first, because: 'place' };
}

interface Option {
  readonly span: CourseSpan;
  readonly until: SatisfiedUntil;
}

function ofCourse(
  needed: CourseNeeded,
  learned: Learned,
  { day, known }: OnDay,
  onEnd: OnEnd,
  notBefore: Day | undefined,
): Part {
  const { course, maxAge } = needed;
  const ahead = (learned.spans.get(course) ?? []).filter(
    (span) => day <= span.to && span.known <= known && isNeeded(needed, span, learned),
  );
  const spans = ahead.filter(({ from }) => from <= day).sort((a, b) => earliestFirst(a.certificate, b.certificate));
  const recurrence = needed.recurs === false ? undefined : learned.recurrence;
  const ends = recurrenceEnds(
    spans.map(({ certificate }) => certificate.completed),
    recurrence,
  );
  const options = spans
    .map((span, i): Option => {
      const age =
        maxAge === undefined
          ? null
          : { day: addPeriod(span.certificate.completed, maxAge), because: 'maximum-age' as const };
      // What is withdrawn when it is over anyway has expired.
      const mayExpire = isWithdrawn(span.until);
      return { span, until: mayExpire ? earliest(age, ends[i]!, span.until) : earliest(span.until, age, ends[i]!) };
    })
    .filter(
      ({ span, until }) =>
        (until === null || day <= until.day) && (notBefore === undefined || span.certificate.completed >= notBefore),
    );
  for (const { until } of options) if (until !== null) onEnd(until);
  if (recurrence !== undefined && 'window' in recurrence) onChainChange(ahead, options, day, onEnd);
  const [first] = options;
  const none = { kind: 'course', course, needed, parts: [], unknown: [] } as const;
  if (first === undefined) return { ...none, met: false, until: null, first: NEVER };
  const best = options.reduce((one, other) => (endsLater(other.until, one.until) ? other : one));
  return { ...none, met: true, until: best.until, first: first.span.certificate.completed, evidence: best.span };
}

/** A completion that is over may still be what a later one renewed: with it goes the time that this one was given. */
function onChainChange(ahead: readonly CourseSpan[], options: readonly Option[], day: Day, onEnd: OnEnd): void {
  for (const span of ahead) {
    const { from, until } = span;
    const change = from > day ? dayBefore(from) : options.some((one) => one.span === span) ? undefined : until?.day;
    if (change !== undefined) onEnd({ day: change, because: 'recurrence' });
  }
}

function isNeeded(
  { completedFrom, completedTo }: CourseNeeded,
  { certificate }: CourseSpan,
  { evidenceAge }: Learned,
): boolean {
  const { completed } = certificate;
  if (completedFrom !== undefined && completed < completedFrom) return false;
  if (completedTo !== undefined && completed > completedTo) return false;
  return evidenceAge === undefined || addPeriod(completed, evidenceAge.period) >= evidenceAge.on;
}

function earliest(...ends: readonly SatisfiedUntil[]): SatisfiedUntil {
  let first: SatisfiedUntil = null;
  for (const end of ends) if (end !== null && (first === null || end.day < first.day)) first = end;
  return first;
}
