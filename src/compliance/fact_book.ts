import type { Day, FactValue } from '../events/learning_types.ts';
import { dayAfter, dayBefore, FIRST_DAY, LAST_DAY } from '../learning/days.ts';
import type { KnownFact } from '../learning/model.ts';
import type { FactSpan } from './model.ts';

/** The facts of one subject (a person in an agency, a place) by name: in order of their days, keys mixed. */
export type FactBook = (name: string) => readonly FactSpan[];

/**
 * Facts sorted out: for each day of a name and key the value that holds on it.
 * @param facts of one subject, in the order in which they were recorded; whichever ids of a person they name
 */
export function factBook(facts: readonly KnownFact[]): FactBook {
  const byName = Map.groupBy(facts, ({ name }) => name);
  const books = new Map<string, readonly FactSpan[]>();
  return (name) =>
    books.getOrInsertComputed(name, () => {
      const slots = Map.groupBy(byName.get(name) ?? [], ({ key }) => key ?? '');
      return [...slots.values()].flatMap(spansOf).sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
    });
}

/** Of facts that compete for the same days the later one wins; where it takes back, nothing holds. */
function spansOf(facts: readonly KnownFact[]): FactSpan[] {
  const spans: FactSpan[] = [];
  let free: readonly (readonly [from: Day, to: Day])[] = [[FIRST_DAY, LAST_DAY]];
  for (const { from: first, to, key = '', value, revision } of facts.toReversed()) {
    const last = to ?? LAST_DAY;
    const rest: [Day, Day][] = [];
    for (const [from, to] of free) {
      if (to < first || last < from) {
        rest.push([from, to]);
        continue;
      }
      if (from < first) rest.push([from, dayBefore(first)]);
      if (last < to) rest.push([dayAfter(last), to]);
      if (value === null) continue;
      spans.push({ from: from < first ? first : from, to: to < last ? to : last, key, value, revision });
    }
    free = rest;
  }
  return spans;
}

/** The first day on which a fact has had the value that it has on a day, without a break. */
export function beginOf(spans: readonly FactSpan[], span: FactSpan): Day {
  let begin = span.from;
  for (const one of spans.toReversed()) {
    if (one.key === span.key && one.to === dayBefore(begin) && isSame(one.value, span.value)) begin = one.from;
  }
  return begin;
}

function isSame(one: FactValue, other: FactValue): boolean {
  return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
}
