import type { WaiverGranted } from '../events/compliance_types.ts';
import type { Day } from '../events/learning_types.ts';
import { dayAfter, dayBefore, LAST_DAY, numberOfDay } from '../learning/days.ts';
import type { Versioned } from '../learning/model.ts';
import { dueBy } from './clock.ts';
import { holds, type Surroundings } from './condition.ts';
import type { CourseSpan } from './course_spans.ts';
import { dayQueue } from './day_queue.ts';
import { earliestFirst } from './earliest_evidence.ts';
import { addTermsEdges, addWaiverEdges } from './edges.ts';
import { type CompliancePolicy, type Interval, isInOrder, type Reason, type Terms } from './model.ts';
import {
  awaitedIn,
  endsLater,
  evidenceIn,
  isWithdrawn,
  missingIn,
  type OnDay,
  type OnEnd,
  type Part,
  type SatisfiedUntil,
  satisfied,
} from './satisfaction.ts';
import { groupHolds, stoppedDays, waiverOn, waiversFor } from './waivers.ts';

/** What is known of a person in an agency, sorted out. */
export interface Assignment {
  readonly agency: string;
  /** All ids of the person. */
  readonly persons: readonly string[];
  readonly around: Surroundings;
  readonly spans: ReadonlyMap<string, readonly CourseSpan[]>;
}

/** What a day's state follows from, besides what holds on the day itself. */
interface Memory {
  /** The last terms in force; where they have ended and none follow, what they need goes on to count. */
  terms: Terms | undefined;
  /** The first day of the unbroken span in which the requirement applies, and the last on which it did. */
  span: { readonly since: Day; until: Day } | undefined;
  lapsed: { readonly day: Day; readonly renewable: boolean } | undefined;
  /** The first day of the present run out of order. */
  outSince: Day | undefined;
}

/** What a state was found from, for who asks why. */
export interface Observed {
  readonly terms: Terms;
  /** The first day of the unbroken span in which the requirement applies; undefined: it does not. */
  readonly since: Day | undefined;
  /** What was learned of what is needed; undefined: that did not matter. */
  readonly part: Part | undefined;
  readonly waiver: Versioned<WaiverGranted> | undefined;
  readonly extensions: readonly Versioned<WaiverGranted>[];
}

/**
 * How a person stands to a requirement in an agency, day by day: intervals in order of their days, none for days on
 * which the person is not in the agency or no terms are in force. It goes over the days on which anything can change,
 * and each day's state follows from what was known by that day.
 * @param observe is told of each of these days what its state was found from
 */
export function timelineOf(
  requirement: string,
  terms: readonly Terms[],
  assignment: Assignment,
  policy: CompliancePolicy,
  observe?: (day: Day, observed: Observed) => void,
): readonly Interval[] {
  const waivers = waiversFor(policy, requirement, assignment);
  const queue = dayQueue();
  const { around } = assignment;
  for (const { from, to } of around.facts('assigned')) {
    queue.add(from);
    if (to !== LAST_DAY) queue.add(dayAfter(to));
  }
  const add = (day: Day) => queue.add(day);
  for (const one of terms) addTermsEdges(one, assignment, add);
  for (const { data } of waivers) addWaiverEdges(data, around, add);
  const memory: Memory = { terms: undefined, span: undefined, lapsed: undefined, outSince: undefined };
  const intervals: Interval[] = [];
  for (let day = queue.take(); day !== undefined; day = queue.take()) {
    const found = stateOn(day, terms, waivers, assignment, memory, add);
    if (found !== undefined) observe?.(day, found.observed);
    const next = queue.next();
    const to = next === undefined ? LAST_DAY : dayBefore(next);
    if (memory.span !== undefined && found?.state.applies === true) memory.span.until = to;
    if (found !== undefined) append(intervals, { from: day, to, ...found.state });
  }
  return intervals;
}

type State = Omit<Interval, 'from' | 'to'>;

interface Found {
  readonly state: State;
  readonly observed: Observed;
}

function stateOn(
  day: Day,
  allTerms: readonly Terms[],
  waivers: readonly Versioned<WaiverGranted>[],
  assignment: Assignment,
  memory: Memory,
  add: (day: Day) => void,
): Found | undefined {
  const { around } = assignment;
  const terms = allTerms.find(({ from, to }) => from <= day && day <= to);
  const isIn = around.facts('assigned').some(({ from, to, value }) => from <= day && day <= to && value === true);
  memory.terms = terms ?? memory.terms;
  if (terms === undefined || !isIn) {
    memory.outSince = undefined;
    lookInGap(day, allTerms, assignment, memory, add);
    return undefined;
  }
  const { data, revision } = terms;
  const plain: Reason = { terms: revision, unknown: [], missing: [], waiver: undefined, evidence: undefined };
  const nothing: Observed = { terms, since: undefined, part: undefined, waiver: undefined, extensions: [] };
  const found = (state: Partial<State> & Pick<State, 'status'>, observed: Observed): Found => {
    if (isInOrder(state.status)) memory.outSince = undefined;
    else memory.outSince ??= day;
    const since = state.status === 'overdue' ? memory.outSince! : null;
    const applies = observed.since !== undefined;
    return { state: { until: null, by: null, applies, reason: plain, ...state, since }, observed };
  };

  const truth = holds(data.appliesTo, around, day);
  if (truth !== true) lookInGap(day, allTerms, assignment, memory, add);
  if (truth === false) return found({ status: 'not-required' }, nothing);
  if (truth !== true) return found({ status: 'undetermined', reason: { ...plain, unknown: truth } }, nothing);
  enterSpan(memory, data.bridge ?? 0, day);
  const { since } = memory.span!;

  const { part, until } = look(day, terms, allTerms, assignment, memory, add);
  const observed: Observed = { ...nothing, since, part };
  if (part.met) {
    return found({ status: 'compliant', until, reason: { ...plain, evidence: earliestEvidence(part) } }, observed);
  }
  const missing = missingIn(part);
  if (part.unknown.length > 0) {
    return found({ status: 'undetermined', reason: { ...plain, missing, unknown: part.unknown } }, observed);
  }
  const waived = waiverOn(terms, waivers, around, day);
  if (waived !== undefined) {
    const { waiver } = waived;
    const reason = { ...plain, missing, waiver: waiver?.data.waiver ?? 'absence' };
    return found({ status: 'waived', until: waived.until, reason }, { ...observed, waiver });
  }
  const extensions = waivers.filter(
    (one) => one.data.extendsTo !== undefined && one.data.from <= day && groupHolds(one.data, around, day),
  );
  const stopped = stoppedDays(terms, waivers, around, day);
  const by = dueBy(data, around.facts, {
    day,
    since,
    lapsed: memory.lapsed,
    stopped,
    extensions,
    awaited: (fact) => awaitedIn(part, fact),
  });
  const given = { ...observed, extensions };
  if (typeof by !== 'string') {
    return found({ status: 'undetermined', reason: { ...plain, missing, unknown: by } }, given);
  }
  if (day > by) return found({ status: 'overdue', reason: { ...plain, missing } }, given);
  addEnd(by, add);
  return found({ status: 'due', by, reason: { ...plain, missing } }, given);
}

/** What is there of what terms need, and until when; keeps in mind when it ends. */
function look(
  day: Day,
  terms: Terms,
  allTerms: readonly Terms[],
  assignment: Assignment,
  memory: Memory,
  add: (day: Day) => void,
): { readonly part: Part; readonly until: SatisfiedUntil } {
  const { since } = memory.span!;
  const ends: End[] = [];
  const part = satisfiedOn(terms, assignment, since, { day, known: day }, (end) => ends.push(end));
  for (const end of ends) addEnd(end.day, add);
  if (!part.met) {
    // What was met yesterday and should have lasted was ended by a change of the facts.
    if (memory.lapsed !== undefined && memory.lapsed.day >= day) {
      memory.lapsed = { day: dayBefore(day), renewable: true };
    }
    return { part, until: null };
  }
  const until = foreseen({ until: part.until, ends }, terms, allTerms, assignment, since, day);
  memory.lapsed = { day: until?.day ?? LAST_DAY, renewable: !isWithdrawn(until) };
  if (until !== null) addEnd(until.day, add);
  return { part, until };
}

/** What is completed, or ends, while it does not apply is of the same span, if the gap is bridged. */
function lookInGap(
  day: Day,
  allTerms: readonly Terms[],
  assignment: Assignment,
  memory: Memory,
  add: (day: Day) => void,
): void {
  const longest = Math.max(0, ...allTerms.map(({ data }) => data.bridge ?? 0));
  if (memory.span === undefined || gapBefore(memory.span, day) >= longest) return;
  look(day, memory.terms!, allTerms, assignment, memory, add);
}

/** How many days lie between a span and a day. */
function gapBefore({ until }: NonNullable<Memory['span']>, day: Day): number {
  return numberOfDay(day) - numberOfDay(until) - 1;
}

function addEnd(last: Day, add: (day: Day) => void): void {
  if (last < LAST_DAY) add(dayAfter(last));
}

function enterSpan(memory: Memory, bridge: number, day: Day): void {
  const { span } = memory;
  if (span !== undefined && gapBefore(span, day) <= bridge) return;
  memory.span = { since: day, until: day };
  memory.lapsed = undefined;
}

/** Whether what the terms need is there on a day. @param since the first day on which they apply */
export function satisfiedOn(
  { data }: Terms,
  { spans, around }: Assignment,
  since: Day,
  on: OnDay,
  onEnd: OnEnd = () => {},
): Part {
  const { satisfiedBy, recurrence, evidenceAge } = data;
  const age = evidenceAge === undefined ? undefined : { period: evidenceAge, on: since };
  return satisfied(satisfiedBy, { ...around, spans, recurrence, evidenceAge: age }, on, onEnd);
}

type End = NonNullable<SatisfiedUntil>;

/**
 * The last day in order by what is known on a day and by policy that is recorded for later days. Where terms end and none
 * follow at once, what they need goes on to count.
 */
function foreseen(
  met: { readonly until: SatisfiedUntil; readonly ends: readonly End[] },
  terms: Terms,
  allTerms: readonly Terms[],
  assignment: Assignment,
  since: Day,
  known: Day,
): SatisfiedUntil {
  let present = terms;
  for (let { until, ends } = met; ; ) {
    const next = allTerms.find(({ from }) => from === dayAfter(present.to) && from > present.from);
    const end = nextEnd(until, ends, next && present.to);
    if (end === null || end.day >= LAST_DAY) return until;
    const day = dayAfter(end.day);
    if (day > present.to && next !== undefined) present = next;
    const later: End[] = [];
    const part = satisfiedOn(present, assignment, since, { day, known }, (one) => later.push(one));
    if (!part.met) return end;
    until = part.until;
    ends = later;
  }
}

/**
 * The next day to be looked behind. What ends earlier than the whole can end it, too: where an order is asked for, a later
 * completion does not stand in its place.
 */
function nextEnd(until: SatisfiedUntil, ends: readonly End[], lastOfTerms: Day | undefined): SatisfiedUntil {
  const isSucceeded = lastOfTerms !== undefined && (until === null || until.day > lastOfTerms);
  const whole: SatisfiedUntil = isSucceeded ? { day: lastOfTerms, because: 'successor' } : until;
  const earlier = ends.filter(({ day }) => whole === null || day < whole.day);
  return (
    earlier.reduce(
      (one, end) => (one === null || end.day < one.day || (end.day === one.day && endsLater(end, one)) ? end : one),
      null as SatisfiedUntil,
    ) ?? whole
  );
}

function earliestEvidence(part: Part): number | undefined {
  const certificates = evidenceIn(part).map(({ certificate }) => certificate);
  return certificates.sort(earliestFirst)[0]?.evidence[0]?.revision;
}

/** One more interval; when only the day is another, the one before goes on. */
function append(intervals: Interval[], interval: Interval): void {
  const last = intervals.at(-1);
  if (last !== undefined && dayAfter(last.to) === interval.from && isAlike(last, interval)) {
    intervals[intervals.length - 1] = { ...last, to: interval.to };
  } else intervals.push(interval);
}

function isAlike(one: Interval, other: Interval): boolean {
  const a = one.reason;
  const b = other.reason;
  return (
    one.status === other.status &&
    one.applies === other.applies &&
    one.by === other.by &&
    one.since === other.since &&
    one.until?.day === other.until?.day &&
    one.until?.because === other.until?.because &&
    a.terms === b.terms &&
    a.waiver === b.waiver &&
    a.evidence === b.evidence &&
    a.missing.join() === b.missing.join() &&
    JSON.stringify(a.unknown) === JSON.stringify(b.unknown)
  );
}
