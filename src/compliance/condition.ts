import type { Condition, FactCondition, PlaceCondition } from '../events/compliance_types.ts';
import type { Day, FactValue, Period } from '../events/learning_types.ts';
import { addPeriod, dayAfter, LAST_DAY, reachingFrom } from '../learning/days.ts';
import { beginOf, type FactBook } from './fact_book.ts';
import type { CompliancePolicy, FactSpan, UnknownFact } from './model.ts';

/** What a condition is asked of. */
export interface Surroundings {
  readonly facts: FactBook;
  readonly places: (place: string) => FactBook;
  readonly ranks: CompliancePolicy['ranks'];
  /** The place whose facts `facts` are; absent: a person's in an agency. */
  readonly place?: string;
}

/** Whether a condition holds; the facts that are not known where that decides. */
export type Truth = boolean | readonly UnknownFact[];

/** A fact that was looked at. */
export type Cite = (fact: { readonly place?: string; readonly name: string; readonly span: FactSpan }) => void;

/** Whether a condition holds on a day. @param cite is told of the facts that it looks at */
export function holds(condition: Condition, around: Surroundings, day: Day, cite?: Cite): Truth {
  if ('all' in condition) return every(condition.all, (one) => holds(one, around, day, cite));
  if ('any' in condition) return some(condition.any, (one) => holds(one, around, day, cite));
  if ('not' in condition) return negated(holds(condition.not, around, day, cite));
  if ('at' in condition) return atPlace(condition, around, day, cite);
  return ofFact(condition, around, day, cite);
}

/** Adds the days on which a condition can become another. */
export function addEdges(condition: Condition, around: Surroundings, add: (day: Day) => void): void {
  if ('all' in condition) for (const one of condition.all) addEdges(one, around, add);
  else if ('any' in condition) for (const one of condition.any) addEdges(one, around, add);
  else if ('not' in condition) addEdges(condition.not, around, add);
  else {
    const name = 'at' in condition ? condition.at : condition.fact;
    for (const { from, to, value } of around.facts(name)) {
      add(from);
      if (condition.ahead !== undefined) add(reachingFrom(from, condition.ahead));
      if (to !== LAST_DAY) add(dayAfter(to));
      if (!('at' in condition)) continue;
      for (const place of placesIn(value)) addEdges(condition.is, placeAround(around, place), add);
    }
  }
}

/** The places that a value names. */
export function placesIn(value: FactValue): readonly string[] {
  return typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
}

/** The facts of a name (and key) that hold on a day, or begin in the time ahead. */
export function spansOn(spans: readonly FactSpan[], day: Day, key?: string, ahead?: Period): readonly FactSpan[] {
  const last = ahead === undefined ? day : addPeriod(day, ahead);
  return spans.filter((span) => span.from <= last && day <= span.to && (key === undefined || span.key === key));
}

/** The values of `all`: false as soon as one is, unknown where one is and none is false. */
function every<T>(members: readonly T[], truth: (member: T) => Truth): Truth {
  const unknown: UnknownFact[] = [];
  for (const member of members) {
    const one = truth(member);
    if (one === false) return false;
    if (one !== true) unknown.push(...one);
  }
  return unknown.length === 0 || unknown;
}

function some<T>(members: readonly T[], truth: (member: T) => Truth): Truth {
  return negated(every(members, (member) => negated(truth(member))));
}

function negated(truth: Truth): Truth {
  return typeof truth === 'boolean' ? !truth : truth;
}

function atPlace(condition: PlaceCondition, around: Surroundings, day: Day, cite: Cite | undefined): Truth {
  const { at, is, key, ahead, unrecorded } = condition;
  const spans = around.facts(at);
  const found = spansOn(spans, day, key, ahead);
  if (found.length === 0) return unrecorded ?? unknown(around, at, key);
  return some(found, (span) => {
    cite?.({ ...(around.place !== undefined && { place: around.place }), name: at, span });
    // What goes on as before, though recorded anew, has not its first day there.
    const begin = span.from > day ? beginOf(spans, span) : day;
    const then = begin > day ? begin : day;
    return some(placesIn(span.value), (place) => holds(is, placeAround(around, place), then, cite));
  });
}

function ofFact(condition: FactCondition, around: Surroundings, day: Day, cite: Cite | undefined): Truth {
  const { fact, key, ahead, unrecorded } = condition;
  const found = spansOn(around.facts(fact), day, key, ahead);
  if (found.length === 0) return unrecorded ?? unknown(around, fact, key);
  return some(found, (span) => {
    cite?.({ ...(around.place !== undefined && { place: around.place }), name: fact, span });
    return hasValue(condition, span.value, around.ranks) ?? unknown(around, fact, key);
  });
}

/** Undefined: the value is no rank of the ladder. */
function hasValue(
  { equals, in: among, contains, ladder, min, max }: FactCondition,
  value: FactValue,
  ranks: Surroundings['ranks'],
): boolean | undefined {
  if (equals !== undefined) return value === equals;
  if (among !== undefined) return (among as readonly FactValue[]).includes(value);
  if (contains !== undefined) return Array.isArray(value) ? value.includes(contains) : value === contains;
  if (ladder === undefined) return value !== false;
  const rank = typeof value === 'object' ? undefined : ranks.get(ladder)?.get(String(value));
  if (rank === undefined) return undefined;
  const bound = (name: string | undefined, none: number) =>
    name === undefined ? none : (ranks.get(ladder)?.get(name) ?? none);
  return bound(min, 0) <= rank && rank <= bound(max, Number.POSITIVE_INFINITY);
}

function placeAround({ places, ranks }: Surroundings, place: string): Surroundings {
  return { facts: places(place), places, ranks, place };
}

function unknown({ place }: Surroundings, fact: string, key: string | undefined): readonly UnknownFact[] {
  return [{ ...(place !== undefined && { place }), fact, ...(key !== undefined && { key }) }];
}
