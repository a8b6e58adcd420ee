import type { Day, FactValue } from '../../src/events/learning_types.ts';

/** What facts of one subject, name and key say of some days. */
export interface Said {
  readonly value: FactValue | null;
  readonly from: Day;
  readonly to?: Day;
}

/** What holds on each of the days: fact by fact written over what was there; what is taken back is not there. */
export function naiveFacts(facts: readonly Said[], days: readonly Day[]): Map<Day, FactValue> {
  const values = new Map<Day, FactValue>();
  for (const { value, from, to } of facts) {
    for (const day of days) {
      if (day < from || (to !== undefined && day > to)) continue;
      if (value === null) values.delete(day);
      else values.set(day, value);
    }
  }
  return values;
}
