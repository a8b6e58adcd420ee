import type { RequirementDeclared, WaiverGranted } from '../events/compliance_types.ts';
import type { Day } from '../events/learning_types.ts';
import { addPeriod, dayAfter, dayBefore, dayOfNumber, isDay, LAST_DAY, numberOfDay } from '../learning/days.ts';
import type { Versioned } from '../learning/model.ts';
import { spansOn } from './condition.ts';
import { beginOf, type FactBook } from './fact_book.ts';
import type { UnknownFact } from './model.ts';
import { cycleOf } from './recurrence.ts';

/** Where a person stands who does not satisfy. */
export interface Standing {
  readonly day: Day;
  /** The first day of the unbroken span in which the requirement applies. */
  readonly since: Day;
  /** The last day in that span on which it was satisfied, and whether there is time to renew after it. */
  readonly lapsed: { readonly day: Day; readonly renewable: boolean } | undefined;
  /** Days that do not count, in order, as begun by the day. */
  readonly stopped: readonly (readonly [from: Day, to: Day])[];
  /** The first day of the earliest fact of a name for which a course is missing. */
  readonly awaited: (fact: string) => Day | undefined;
  /** Extensions that hold. */
  readonly extensions: readonly Versioned<WaiverGranted>[];
}

/** The last day on which one is not overdue; one that is past when there is no time; or facts that must be known. */
export function dueBy(terms: RequirementDeclared, facts: FactBook, standing: Standing): Day | readonly UnknownFact[] {
  const first = firstBy(terms, facts, standing);
  if (typeof first !== 'string' && first !== undefined) return first;
  const renewed = standing.lapsed && renewBy(terms, standing.lapsed, standing);
  const days = [first, renewed, ...standing.extensions.map(({ data }) => data.extendsTo)].filter(
    (one) => one !== undefined,
  );
  return days.reduce((last, one) => (one > last ? one : last), dayBefore(standing.since));
}

/** The time to comply; undefined where there is none. */
function firstBy(
  { timeToComply, recurrence }: RequirementDeclared,
  facts: FactBook,
  { day, since, lapsed, stopped, awaited }: Standing,
): Day | readonly UnknownFact[] | undefined {
  if (timeToComply === undefined) {
    if (recurrence === undefined || !('yearly' in recurrence) || lapsed !== undefined) return undefined;
    return cycleBy(recurrence, since);
  }
  if ('before' in timeToComply) {
    const { before } = timeToComply;
    const planned = awaited(before) ?? facts(before).find(({ to, value }) => to >= since && value !== false)?.from;
    return planned === undefined ? [{ fact: before }] : dayBefore(planned);
  }
  const { anchor, within } = timeToComply;
  const from = anchor === undefined ? since : anchorDay(facts, anchor, day);
  return from === undefined ? [{ fact: anchor! }] : stoppedBy(from, addPeriod(from, within), stopped);
}

/** The value of a fact that is a day, or the day since when it has its value. */
function anchorDay(facts: FactBook, name: string, day: Day): Day | undefined {
  const spans = facts(name);
  const span = spansOn(spans, day).at(-1);
  if (span === undefined) return undefined;
  return typeof span.value === 'string' && isDay(span.value) ? span.value : beginOf(spans, span);
}

function renewBy(
  { recurrence }: RequirementDeclared,
  lapsed: { readonly day: Day; readonly renewable: boolean },
  { stopped }: Standing,
): Day {
  if (recurrence === undefined || !lapsed.renewable) return lapsed.day;
  if ('yearly' in recurrence) return cycleBy(recurrence, dayAfter(lapsed.day));
  if (recurrence.toRenew === undefined) return lapsed.day;
  return stoppedBy(lapsed.day, addPeriod(lapsed.day, recurrence.toRenew), stopped);
}

function cycleBy({ yearly, toRenew }: { readonly yearly: string; readonly toRenew?: string }, day: Day): Day {
  const { from, to } = cycleOf(day, yearly);
  if (toRenew === undefined) return to;
  const by = addPeriod(from, toRenew);
  return by < to ? by : to;
}

/** A last day moved by the days between that do not count; those that it moves over count, too. */
function stoppedBy(from: Day, by: Day, stopped: Standing['stopped']): Day {
  let last = by;
  for (const [begin, end] of stopped) {
    const first = begin > from ? begin : from;
    if (first > last || end < first) continue;
    if (end === LAST_DAY) return LAST_DAY;
    last = dayOfNumber(numberOfDay(last) + numberOfDay(end) - numberOfDay(first) + 1);
  }
  return last;
}
