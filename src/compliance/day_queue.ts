import type { Day } from '../events/learning_types.ts';

/** Days to be looked at, each once, in their order; more can be added behind the one that is looked at. */
export interface DayQueue {
  add(day: Day): void;
  /** Takes the first; undefined: none is left. */
  take(): Day | undefined;
  /** The first that is left. */
  next(): Day | undefined;
}

/** An empty queue. Days not after one that was taken are left out. */
export function dayQueue(): DayQueue {
  const days: Day[] = [];
  let taken: Day | undefined;
  return {
    add(day) {
      if (taken !== undefined && day <= taken) return;
      let low = 0;
      let high = days.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        // The first stands last, so that to take it moves none.
        if (days[middle]! > day) low = middle + 1;
        else high = middle;
      }
      if (days[low] !== day) days.splice(low, 0, day);
    },
    take() {
      const first = days.pop();
      taken = first ?? taken;
      return first;
    },
    next: () => days.at(-1),
  };
}
