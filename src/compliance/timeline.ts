import type { WaiverGranted } from '../events/compliance_types.ts';
import type { Day } from '../events/learning_types.ts';
import { dayAfter, dayBefore, LAST_DAY, numberOfDay } from '../learning/days.ts';
import type { Versioned } from '../learning/model.ts';
import { dueBy } from './clock.ts';
import { holds, type Surroundings } from './condition.ts';
import type { CourseSpan } from './course_spans.ts';
import { dayQueue } from './day_queue.ts';
import { addTermsEdges, addWaiverEdges } from './edges.ts';
import { type CompliancePolicy, type EndCause, type Interval, isInOrder, type Reason, type Terms } from './model.ts';
import {
  awaitedIn,
  evidenceIn,
  missingIn,
  type OnDay,
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
  const memory: Memory = { span: undefined, lapsed: undefined, outSince: undefined };
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
  if (terms === undefined || !isIn) {
    memory.outSince = undefined;
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
  if (truth === false) return found({ status: 'not-required' }, nothing);
  if (truth !== true) return found({ status: 'undetermined', reason: { ...plain, unknown: truth } }, nothing);
  enterSpan(memory, data.bridge ?? 0, day);
  const { since } = memory.span!;

  const onEnd = (last: Day) => last < LAST_DAY && add(dayAfter(last));
  const part = satisfiedOn(terms, assignment, since, { day, known: day }, onEnd);
  const observed: Observed = { ...nothing, since, part };
  if (part.met) {
    const until = foreseen(part.until, terms, allTerms, assignment, since, day);
    memory.lapsed = { day: until?.day ?? LAST_DAY, renewable: isRenewable(until?.because) };
    if (until !== null) onEnd(until.day);
    return found({ status: 'compliant', until, reason: { ...plain, evidence: earliestEvidence(part) } }, observed);
  }
  // What was met yesterday and should have lasted was ended by a change of the facts.
  if (memory.lapsed !== undefined && memory.lapsed.day >= day) memory.lapsed = { day: dayBefore(day), renewable: true };
  const missing = missingIn(part);
  if (part.unknown.length > 0) {
    return found({ status: 'undetermined', reason: { ...plain, missing, unknown: part.unknown } }, observed);
  }
  const waived = waiverOn(terms, waivers, around, day);
  if (waived !== undefined) {
    const { until, waiver } = waived;
    const reason = { ...plain, missing, waiver: waiver?.data.waiver ?? 'absence' };
    return found({ status: 'waived', until, reason }, { ...observed, waiver });
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
  onEnd(by);
  return found({ status: 'due', by, reason: { ...plain, missing } }, given);
}

function enterSpan(memory: Memory, bridge: number, day: Day): void {
  const { span } = memory;
  if (span !== undefined && numberOfDay(day) - numberOfDay(span.until) - 1 <= bridge) return;
  memory.span = { since: day, until: day };
  memory.lapsed = undefined;
}

/** Whether what the terms need is there on a day. @param since the first day on which they apply */
export function satisfiedOn(
  { data }: Terms,
  { spans, around }: Assignment,
  since: Day,
  on: OnDay,
  onEnd: (day: Day) => void = () => {},
): Part {
  const { satisfiedBy, recurrence, evidenceAge } = data;
  const age = evidenceAge === undefined ? undefined : { period: evidenceAge, on: since };
  return satisfied(satisfiedBy, { ...around, spans, recurrence, evidenceAge: age }, on, onEnd);
}

/**
 * The last day in order by what is known on a day and by policy that is recorded for later days. Where terms end and none
 * follow at once, what they need goes on to count.
 */
function foreseen(
  until: SatisfiedUntil,
  terms: Terms,
  allTerms: readonly Terms[],
  assignment: Assignment,
  since: Day,
  known: Day,
): SatisfiedUntil {
  let last = until;
  let present = terms;
  for (;;) {
    const next = allTerms.find(({ from }) => from === dayAfter(present.to) && from > present.from);
    const ends: SatisfiedUntil =
      next !== undefined && (last === null || last.day >= present.to)
        ? { day: present.to, because: 'successor' }
        : last;
    if (ends === null || ends.day >= LAST_DAY) return last;
    const day = dayAfter(ends.day);
    const then = day <= present.to ? present : next;
    const part = then && satisfiedOn(then, assignment, since, { day, known });
    if (then === undefined || !part!.met) return ends;
    present = then;
    last = part!.until;
  }
}

/** What expires can be renewed in time; what was taken away cannot. */
function isRenewable(because: EndCause | undefined): boolean {
  return because !== 'revoked' && because !== 'suspended';
}

function earliestEvidence(part: Part): number | undefined {
  const [first] = evidenceIn(part).toSorted((a, b) => (a.certificate.completed < b.certificate.completed ? -1 : 1));
  return first?.certificate.evidence[0]?.revision;
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
