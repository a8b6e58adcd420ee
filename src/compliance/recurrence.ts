import type { Recurrence } from '../events/compliance_types.ts';
import type { Day } from '../events/learning_types.ts';
import { addPeriod, dayBefore, LAST_DAY } from '../learning/days.ts';

/** The last day for which a completion is enough, and why. */
export interface RecurrenceEnd {
  readonly day: Day;
  readonly because: 'recurrence' | 'cycle';
}

/**
 * The last day for which each completion is enough; null: for ever.
 * @param completions days, ascending; several on one day are one completion
 */
export function recurrenceEnds(
  completions: readonly Day[],
  recurrence: Recurrence | undefined,
): (RecurrenceEnd | null)[] {
  if (recurrence === undefined) return completions.map(() => null);
  if ('yearly' in recurrence) {
    return completions.map((day) => ({ day: cycleOf(day, recurrence.yearly).to, because: 'cycle' }));
  }
  const { every, window } = recurrence;
  // Ends are counted from where a chain of renewals began, so that a clamped month does not shorten what follows.
  let chain: { readonly origin: Day; readonly times: number; readonly end: Day } | undefined;
  const ends = new Map<Day, RecurrenceEnd>();
  for (const day of new Set(completions)) {
    const isRenewal =
      chain !== undefined && window !== undefined && day <= chain.end && addPeriod(day, window) >= chain.end;
    const next = isRenewal ? { origin: chain!.origin, times: chain!.times + 1 } : { origin: day, times: 1 };
    const end = addPeriod(next.origin, every, next.times);
    // Of two that end on one day the later completion's is the previous expiry.
    if (chain === undefined || end >= chain.end) chain = { ...next, end };
    ends.set(day, { day: end, because: 'recurrence' });
  }
  return completions.map((day) => ends.get(day)!);
}

/** The yearly cycle that a day is in. @param first `MM-DD` of its first day */
export function cycleOf(day: Day, first: string): { readonly from: Day; readonly to: Day } {
  const year = Number(day.slice(0, 4)) - (day.slice(5) < first ? 1 : 0);
  const begin = (of: number): Day => `${String(Math.max(of, 0)).padStart(4, '0')}-${first}`;
  return { from: begin(year), to: year >= 9999 ? LAST_DAY : dayBefore(begin(year + 1)) };
}
