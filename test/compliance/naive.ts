import type { CompliancePolicy, EndCause, FactsOfPlace, PersonRecord, StatusName } from '../../src/compliance/model.ts';
import type {
  BoundCourse,
  Condition,
  CourseNeeded,
  FactCondition,
  NeededWhen,
  RequirementDeclared,
  Satisfaction,
  WaiverGranted,
} from '../../src/events/compliance_types.ts';
import type { Day, FactValue, Period } from '../../src/events/learning_types.ts';
import { certificatesOf } from '../../src/learning/certificates.ts';
import { addPeriod, dayAfter, dayBefore, FIRST_DAY, LAST_DAY } from '../../src/learning/days.ts';
import type { KnownFact, Until } from '../../src/learning/model.ts';
import { recognise } from '../../src/learning/recognition.ts';

/**
 * The rules of compliance once more, as slow and as plain as they read: each day is decided from what is known of it,
 * one day after the other. There are no intervals and no edges here; the product is compared with it.
 */

/** The rules do not say which of several causes of one end is named: all are given. */
export interface NaiveStatus {
  readonly status: StatusName;
  readonly by: Day | null;
  readonly since: Day | null;
}

export interface NaiveUntil {
  readonly day: Day;
  readonly causes: ReadonlySet<EndCause>;
}

/** What is asked about: one person's standing to one requirement in one agency. */
export interface NaiveAsked {
  readonly person: PersonRecord;
  readonly policy: Pick<CompliancePolicy, 'policy' | 'catalogue' | 'declared'>;
  readonly factsOfPlace: FactsOfPlace;
  readonly agency: string;
  readonly requirement: string;
  /**
   * The days to walk, in order: from before the first that anything says to behind the last. Where days are left out
   * between two, nothing changes between them.
   */
  readonly days: readonly Day[];
  /** The last day whose status is asked for. */
  readonly upTo: Day;
}

export interface NaiveStatuses {
  /** On a day that is walked; undefined: there is none. */
  readonly on: (day: Day) => NaiveStatus | undefined;
  /** The last day of what the person has on the day (compliant or waived); null: nothing ends it. */
  readonly untilOn: (day: Day) => NaiveUntil | null;
}

/** True, false, or not known. */
type Truth = boolean | undefined;
type Facts = readonly KnownFact[];
type Declared = RequirementDeclared;

/** A certificate that counts for a course on a day. */
interface Counting {
  readonly course: string;
  readonly completed: Day;
  readonly until: Until | null;
}

/** Whether something is met, since which completion it could be, and what ends it next (as far as one leaf sees). */
interface Met {
  readonly met: Truth;
  readonly from: Day;
  readonly end: Day;
  readonly causes: ReadonlySet<EndCause>;
  /** Whether it is taken away at its end: it has not expired. */
  readonly isTaken: boolean;
  /** What of all that is there ends on the very day, whether or not something else stands in its place. */
  readonly ending: ReadonlySet<EndCause>;
}

const NOTHING = new Set<never>();
const NOT_MET: Met = {
  met: false,
  from: LAST_DAY,
  end: FIRST_DAY,
  causes: NOTHING,
  isTaken: false,
  ending: NOTHING,
};
const UNKNOWN: Met = { ...NOT_MET, met: undefined };

/** Walks all days once. */
export function naiveStatuses({
  person,
  policy,
  factsOfPlace,
  agency,
  requirement,
  days,
  upTo,
}: NaiveAsked): NaiveStatuses {
  const zone = policy.policy.agencies.get(agency)?.data.zone ?? 'UTC';
  const own: Facts = person.facts.filter((fact) => 'agency' in fact && fact.agency === agency);
  const declarations = (policy.declared.requirements.get(requirement) ?? []).filter(
    ({ data }) => data.agency === undefined || data.agency === agency,
  );
  const waivers = [...policy.declared.waivers.values()]
    .map(({ data }) => data)
    .filter((data) => data.requirements.includes(requirement) && (data.agency ?? agency) === agency);
  const last = days.at(-1)!;

  // Facts.

  /** The values of a fact on a day, by key. */
  function valuesOn(facts: Facts, name: string, day: Day): Map<string, FactValue> {
    const values = new Map<string, FactValue>();
    for (const fact of facts) {
      if (fact.name !== name || day < fact.from || day > (fact.to ?? LAST_DAY)) continue;
      if (fact.value === null) values.delete(fact.key ?? '');
      else values.set(fact.key ?? '', fact.value);
    }
    return values;
  }

  /** What a fact is on a day or, ahead, becomes soon: each value with the first day on which it counts. */
  function foreseen(
    facts: Facts,
    { name, key, ahead }: { name: string; key: string | undefined; ahead: Period | undefined },
    day: Day,
  ) {
    const found: { value: FactValue; on: Day }[] = [];
    const end = ahead === undefined ? day : addPeriod(day, ahead);
    let before = new Map<string, FactValue>();
    for (let on = day; on <= end; on = dayAfter(on)) {
      const values = valuesOn(facts, name, on);
      for (const [of, value] of values) {
        if (key !== undefined && of !== key) continue;
        if (!same(before.get(of), value)) found.push({ value, on });
      }
      before = values;
      if (on === LAST_DAY) break;
    }
    return found;
  }

  function holds(condition: Condition, facts: Facts, day: Day): Truth {
    if ('all' in condition) return every(condition.all.map((one) => holds(one, facts, day)));
    if ('any' in condition) return some(condition.any.map((one) => holds(one, facts, day)));
    if ('not' in condition) return not(holds(condition.not, facts, day));
    const { key, ahead, unrecorded } = condition;
    const name = 'at' in condition ? condition.at : condition.fact;
    const found = foreseen(facts, { name, key, ahead }, day);
    if (found.length === 0) return unrecorded;
    return some(
      found.flatMap(({ value, on }) =>
        'at' in condition
          ? namesIn(value).map((place) => holds(condition.is, factsOfPlace(place), on))
          : [passes(condition, value)],
      ),
    );
  }

  function passes(test: FactCondition, value: FactValue): Truth {
    if (test.equals !== undefined) return value === test.equals;
    if (test.in !== undefined) return test.in.some((one) => one === value);
    if (test.contains !== undefined) return Array.isArray(value) && value.includes(test.contains);
    const ranks = policy.declared.ladders.get(test.ladder!)?.data.ranks ?? [];
    const rank = ranks.indexOf(value as string);
    if (rank < 0) return undefined;
    if (test.min !== undefined && rank < ranks.indexOf(test.min)) return false;
    return test.max === undefined || rank <= ranks.indexOf(test.max);
  }

  // Policy.

  function termsOn(day: Day): Declared | undefined {
    let found: (typeof declarations)[number] | undefined;
    for (const one of declarations) {
      if (one.data.from > day) continue;
      const isLater =
        found === undefined ||
        one.data.from > found.data.from ||
        (one.data.from === found.data.from && one.revision > found.revision);
      if (isLater) found = one;
    }
    return found === undefined || day > (found.data.to ?? LAST_DAY) ? undefined : found.data;
  }

  const isAssigned = (day: Day) => [...valuesOn(own, 'assigned', day).values()].includes(true);

  function isCovered({ persons, group, from }: WaiverGranted, day: Day): boolean {
    if (day < from) return false;
    if (group !== undefined) return holds(group, own, day) === true;
    return persons!.some((one) => person.persons.includes(one));
  }

  // What was learned.

  const completions = new Map<Day, PersonRecord['record']['recorded']>();
  /** By the number of completions that are known: these are always the same. */
  const recognised = new Map<number, Map<Day, readonly Counting[]>>();

  /** What counts on a day, of what was completed by another one. */
  function countingOn(day: Day, known: Day): readonly Counting[] {
    const recorded = completions.getOrInsertComputed(known, () =>
      person.record.recorded.filter(({ data }) => data.completed <= known),
    );
    if (recorded.length === 0) return [];
    return recognised
      .getOrInsertComputed(recorded.length, () => new Map())
      .getOrInsertComputed(day, () => {
        const certificates = certificatesOf({ ...person.record, recorded }, policy.catalogue, { asOf: day, zone });
        return recognise(certificates, policy.catalogue, { agency, asOf: day }).flatMap((one) =>
          one.recognitions
            .filter(({ counts }) => counts)
            .map(({ course, until }) => ({ course, completed: one.certificate.completed, until })),
        );
      });
  }

  /** All that being met on a day depends on. */
  interface Seen {
    readonly day: Day;
    /** Completions up to this day, and the person's facts of this day. */
    readonly known: Day;
    readonly span: Day;
    readonly terms: Declared;
  }

  function met(needed: Satisfaction, seen: Seen, floor: Day): Met {
    if ('boundTo' in needed) return bound(needed, seen, floor);
    if ('course' in needed) return course(needed.course, needed, seen, floor);
    if ('when' in needed) return onlyWhen(needed, seen, floor) ?? together([], 0);
    if ('all' in needed) {
      const parts: Met[] = [];
      let least = floor;
      for (const one of needed.all) {
        if ('when' in one && holds(one.when, own, seen.known) === false) continue;
        const part = met(one, seen, least);
        parts.push(part);
        if (needed.ordered === true && part.from > least) least = part.from;
      }
      return together(parts, parts.length);
    }
    const members = ('any' in needed ? needed.any : needed.of).filter(
      (one) => !('when' in one && holds(one.when, own, seen.known) === false),
    );
    const wanted = 'any' in needed ? 1 : needed.atLeast;
    return together(
      members.map((one) => met(one, seen, floor)),
      wanted > members.length ? members.length : wanted,
    );
  }

  /** Undefined: it is not needed. */
  function onlyWhen({ when, needs }: NeededWhen, seen: Seen, floor: Day): Met | undefined {
    const truth = holds(when, own, seen.known);
    if (truth === undefined) return UNKNOWN;
    return truth ? met(needs, seen, floor) : undefined;
  }

  /** At least n of the parts: met from the n-th earliest on, to the n-th longest. */
  function together(parts: readonly Met[], n: number): Met {
    const ending = new Set(parts.flatMap((one) => [...one.ending]));
    if (n === 0) return { met: true, from: FIRST_DAY, end: LAST_DAY, causes: NOTHING, isTaken: false, ending };
    const yes = parts.filter((one) => one.met === true);
    if (yes.length < n) return parts.some((one) => one.met === undefined) ? UNKNOWN : NOT_MET;
    const longest = yes.toSorted((a, b) =>
      a.end === b.end ? Number(a.isTaken) - Number(b.isTaken) : a.end > b.end ? -1 : 1,
    );
    const { end, isTaken } = longest[n - 1]!;
    const { from } = yes.toSorted((a, b) => (a.from < b.from ? -1 : 1))[n - 1]!;
    const causes = new Set(yes.flatMap((one) => (one.end === end ? [...one.causes] : [])));
    return { met: true, from, end, causes, isTaken, ending };
  }

  function bound(needed: BoundCourse, seen: Seen, floor: Day): Met {
    const { day } = seen;
    const places = [...valuesOn(own, needed.boundTo, seen.known).values()].flatMap(namesIn);
    if (places.length === 0) return UNKNOWN;
    const parts = places.flatMap((place) => {
      const courses = [...valuesOn(factsOfPlace(place), needed.course, day).values()].flatMap(namesIn);
      return courses.length === 0 ? [UNKNOWN] : courses.map((one) => course(one, needed, seen, floor));
    });
    const part = together(parts, parts.length);
    const isChange = places.some((place) => {
      const [now, then] = [day, dayAfter(day)].map((on) => [...valuesOn(factsOfPlace(place), needed.course, on)]);
      return JSON.stringify(now) !== JSON.stringify(then);
    });
    return isChange ? { ...part, ending: new Set([...part.ending, 'place']) } : part;
  }

  function course(
    name: string,
    needed: CourseNeeded | BoundCourse,
    { day, known, span, terms }: Seen,
    floor: Day,
  ): Met {
    const { completedFrom = FIRST_DAY, completedTo = LAST_DAY, maxAge, recurs } = needed;
    const counting = countingOn(day, known).filter(
      (one) =>
        one.course === name &&
        one.completed >= completedFrom &&
        one.completed <= completedTo &&
        (terms.evidenceAge === undefined || span <= addPeriod(one.completed, terms.evidenceAge)),
    );
    const recurring = recurs === false ? undefined : terms.recurrence;
    const ends = counting
      .filter(({ completed }) => completed >= floor)
      .map(({ completed, until }) => {
        const all: { day: Day; because: EndCause }[] = until === null ? [] : [until];
        if (maxAge !== undefined) all.push({ day: addPeriod(completed, maxAge), because: 'maximum-age' });
        if (recurring !== undefined && 'yearly' in recurring) {
          all.push({ day: cycleOf(recurring.yearly, completed).to, because: 'cycle' });
        } else if (recurring !== undefined) {
          const before = counting.map((one) => one.completed).filter((one) => one <= completed);
          all.push({ day: chainEnd(before, recurring), because: 'recurrence' });
        }
        const end = all.map((one) => one.day).sort()[0] ?? LAST_DAY;
        return { from: completed, end, causes: all.filter((one) => one.day === end).map(({ because }) => because) };
      })
      .filter(({ end }) => end >= day);
    if (ends.length === 0) return NOT_MET;
    const end = ends
      .map((one) => one.end)
      .sort()
      .at(-1)!;
    const from = ends.map((one) => one.from).sort()[0]!;
    const last = ends.filter((one) => one.end === end);
    return {
      met: true,
      from,
      end,
      causes: new Set(last.flatMap(({ causes }) => causes)),
      isTaken: last.every(({ causes }) => areTaken(causes)),
      ending: new Set(ends.flatMap((one) => (one.end === day ? one.causes : []))),
    };
  }

  // The time there is.

  const metBy = (terms: Declared, day: Day, known: Day, span: Day): Met =>
    met(terms.satisfiedBy, { day, known, span, terms }, FIRST_DAY);

  /** Where terms end and none follow at once, what they needed goes on to count. */
  function endOf(day: Day, span: Day): NaiveUntil | null {
    let terms = termsOn(day)!;
    let isGap = false;
    for (let i = days.indexOf(day); i < days.length - 1; i++) {
      const before = terms;
      const following: Declared | undefined = isGap ? undefined : termsOn(days[i + 1]!);
      isGap ||= following === undefined;
      terms = following ?? terms;
      if (metBy(terms, days[i + 1]!, day, span).met === true) continue;
      const now = metBy(before, days[i]!, day, span);
      const causes = new Set(now.end === days[i] ? now.causes : now.ending);
      if (terms !== before) causes.add('successor');
      return { day: days[i]!, causes };
    }
    return null;
  }

  /** The first day of the fact that the time runs from, as it is on a day. */
  function anchorOn(name: string, day: Day): Day | undefined {
    const [value] = valuesOn(own, name, day).values();
    if (value === undefined) return undefined;
    if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) return value;
    let since = day;
    while (same([...valuesOn(own, name, dayBefore(since)).values()][0], value)) since = dayBefore(since);
    return since;
  }

  /** The first day of the earliest fact of a name that has not ended before a day. */
  function comingFrom(name: string, day: Day): Day | undefined {
    const begun = new Map<string, Day>();
    let before = new Map<string, FactValue>();
    for (const on of days) {
      const values = valuesOn(own, name, on);
      for (const [key, value] of values) if (!same(before.get(key), value)) begun.set(key, on);
      const present = [...values.keys()].map((key) => begun.get(key)!).sort();
      if (on >= day && present.length > 0) return present[0];
      before = values;
    }
    return undefined;
  }

  const stopsOfTerms = new Map<Declared, readonly Range[]>();

  /** Runs of days on which the clock stands still: of each waiver, and of absence, by themselves. */
  function stopsOf(terms: Declared): readonly Range[] {
    const done = stopsOfTerms.get(terms);
    if (done !== undefined) return done;
    const { absence } = terms;
    const stopping = waivers
      .filter(({ stopsClock }) => stopsClock === true)
      .map((waiver) => (day: Day) => day <= (waiver.to ?? LAST_DAY) && isCovered(waiver, day));
    if (absence?.effect === 'stops-clock') stopping.push((day) => holds(absence.when, own, day) === true);
    const stops = stopping.flatMap((isStopped) => runs(days, isStopped));
    stopsOfTerms.set(terms, stops);
    return stops;
  }

  /** The last day, moved by the stopped days from the first to it: of stops that have begun. */
  function moved(from: Day, end: Day, terms: Declared, day: Day): Day {
    const begun = stopsOf(terms).filter((stop) => stop.from <= day);
    for (let to = end; ; ) {
      let stopped = 0;
      for (let on = from; on <= to; on = dayAfter(on)) {
        const stop = begun.find((one) => one.from <= on && on <= one.to);
        if (stop === undefined) continue;
        if (stop.to === last) return LAST_DAY;
        stopped++;
      }
      const next = addPeriod(end, `P${stopped}D`);
      if (next === to) return to;
      to = next;
    }
  }

  /** By when there is time to comply; null: there is none; undefined: it is not known. */
  function timeToComply(terms: Declared, span: Day, lapse: Lapse | undefined, day: Day): Day | null | undefined {
    const { timeToComply: time, recurrence } = terms;
    if (time === undefined) {
      return recurrence !== undefined && 'yearly' in recurrence && lapse === undefined
        ? lastIn(recurrence, span)
        : null;
    }
    if ('before' in time) {
      const coming = comingFrom(time.before, span);
      return coming && dayBefore(coming);
    }
    const from = time.anchor === undefined ? span : anchorOn(time.anchor, day);
    return from && moved(from, addPeriod(from, time.within), terms, day);
  }

  /** By when there is time to renew; null: there is none. */
  function timeToRenew(terms: Declared, { day: end, isTaken }: Lapse, day: Day): Day | null {
    const { recurrence } = terms;
    if (recurrence === undefined || isTaken) return null;
    if ('yearly' in recurrence) return lastIn(recurrence, dayAfter(end));
    const { toRenew } = recurrence;
    return toRenew === undefined ? null : moved(end, addPeriod(end, toRenew), terms, day);
  }

  interface Lapse {
    readonly day: Day;
    readonly isTaken: boolean;
  }

  // The walk.

  /** Whether what is met on a day is taken away behind it; a change of the person's facts takes nothing away. */
  function isTakenAway(now: Met, day: Day, next: Day, span: Day, terms: Declared): boolean {
    if (now.end === day) return now.isTaken;
    return areTaken([...now.ending]) && metBy(termsOn(next) ?? terms, next, day, span).met !== true;
  }

  const statuses = new Map<Day, NaiveStatus>();
  const spans = new Map<Day, Day>();
  let span: Day | undefined;
  let applied = 0;
  let lapse: Lapse | undefined;
  let since: Day | undefined;
  let present: Declared | undefined;
  for (const [i, day] of days.entries()) {
    if (day > upTo) break;
    const terms = termsOn(day);
    const truth = terms && holds(terms.appliesTo, own, day);
    const isHere = terms !== undefined && isAssigned(day);
    if (isHere && truth === true) {
      if (span === undefined || i - applied - 1 > (terms.bridge ?? 0)) {
        span = day;
        lapse = undefined;
      }
      applied = i;
    }
    // Where terms end and none follow at once, what they needed goes on to count.
    present = terms ?? present;
    const now = span === undefined ? undefined : metBy(present!, day, day, span);
    if (now?.met === true) lapse = { day, isTaken: isTakenAway(now, day, days[i + 1]!, span!, present!) };
    if (!isHere) {
      since = undefined;
      continue;
    }
    let status: StatusName;
    let by: Day | null = null;
    if (truth !== true) status = truth === false ? 'not-required' : 'undetermined';
    else if (now!.met === true) status = 'compliant';
    else if (now!.met === undefined) status = 'undetermined';
    else if (waiverOn(terms, day) !== undefined) status = 'waived';
    else {
      const time = timeToComply(terms, span!, lapse, day);
      const renewal = lapse === undefined ? null : timeToRenew(terms, lapse, day);
      const extensions = waivers.filter((one) => one.extendsTo !== undefined && isCovered(one, day));
      const latest = [time, renewal, ...extensions.map(({ extendsTo }) => extendsTo!)]
        .filter((one) => one != null)
        .sort()
        .at(-1);
      if (time === undefined) status = 'undetermined';
      else if (latest !== undefined && day <= latest) [status, by] = ['due', latest];
      else status = 'overdue';
    }
    const isOut = status === 'undetermined' || status === 'overdue';
    since = isOut ? (since ?? day) : undefined;
    if (span !== undefined) spans.set(day, span);
    statuses.set(day, { status, by, since: status === 'overdue' ? since! : null });
  }

  /** The last day of the longest waiver, or of nothing where the person is absent; undefined: not waived. */
  function waiverOn({ absence }: Declared, day: Day): Day | null | undefined {
    const ends = waivers
      .filter((one) => one.extendsTo === undefined && day <= (one.to ?? LAST_DAY) && isCovered(one, day))
      .map(({ to }) => to ?? LAST_DAY);
    const isExcused = absence?.effect === 'excuses' && holds(absence.when, own, day) === true;
    if (ends.length === 0 && !isExcused) return undefined;
    const end = ends.sort().at(-1) ?? LAST_DAY;
    return end === LAST_DAY ? null : end;
  }

  return {
    on: (day) => statuses.get(day),
    untilOn: (day) => {
      if (statuses.get(day)!.status === 'compliant') return endOf(day, spans.get(day)!);
      const end = waiverOn(termsOn(day)!, day);
      return end ? { day: end, causes: new Set(['waiver']) } : null;
    },
  };
}

/** As `naiveStatuses`, of one day. */
export function naiveStatus(asked: NaiveAsked, day: Day): NaiveStatus | undefined {
  return naiveStatuses(asked).on(day);
}

interface Range {
  readonly from: Day;
  readonly to: Day;
}

/** The runs of days on which something is so. */
function runs(days: readonly Day[], isSo: (day: Day) => boolean): readonly Range[] {
  const found: { from: Day; to: Day }[] = [];
  let run: { from: Day; to: Day } | undefined;
  for (const day of days) {
    if (!isSo(day)) run = undefined;
    else if (run !== undefined) run.to = day;
    else {
      run = { from: day, to: day };
      found.push(run);
    }
  }
  return found;
}

/** The cycle that a day is in. */
function cycleOf(yearly: string, day: Day): Range {
  const from = day.slice(5) >= yearly ? day : `${String(Number(day.slice(0, 4)) - 1).padStart(4, '0')}${day.slice(4)}`;
  const begins = `${from.slice(0, 4)}-${yearly}`;
  return { from: begins, to: dayBefore(`${String(Number(begins.slice(0, 4)) + 1).padStart(4, '0')}-${yearly}`) };
}

/** How long the last of some completions is enough. */
function chainEnd(days: readonly Day[], { every, window }: { every: Period; window?: Period }): Day {
  let chain: { start: Day; times: number; end: Day } | undefined;
  let last = chain;
  for (const day of new Set(days.toSorted())) {
    const isRenewal =
      chain !== undefined && window !== undefined && day <= chain.end && chain.end <= addPeriod(day, window);
    last = isRenewal ? { ...chain!, times: chain!.times + 1 } : { start: day, times: 1, end: day };
    last = { ...last, end: addPeriod(last.start, every, last.times) };
    if (chain === undefined || last.end >= chain.end) chain = last;
  }
  return last!.end;
}

/** The last day that a cycle gives for it. */
function lastIn({ yearly, toRenew }: { yearly: string; toRenew?: Period }, day: Day): Day {
  const { from, to } = cycleOf(yearly, day);
  const end = toRenew === undefined ? to : addPeriod(from, toRenew);
  return end < to ? end : to;
}

/** What ends for another reason, too, has expired. */
const areTaken = (causes: readonly EndCause[]) =>
  causes.length > 0 && causes.every((one) => one === 'revoked' || one === 'suspended');
const namesIn = (value: FactValue): readonly string[] =>
  Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
const same = (a: FactValue | undefined, b: FactValue | undefined) => JSON.stringify(a) === JSON.stringify(b);
const every = (all: readonly Truth[]): Truth =>
  all.includes(false) ? false : all.includes(undefined) ? undefined : true;
const some = (all: readonly Truth[]): Truth =>
  all.includes(true) ? true : all.includes(undefined) ? undefined : false;
const not = (one: Truth): Truth => (one === undefined ? undefined : !one);
