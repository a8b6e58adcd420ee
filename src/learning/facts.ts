import type { Day, Fact, FactValue } from '../events/learning_types.ts';
import { dayAfter, dayBefore, LAST_DAY } from './days.ts';
import type { KnownFact } from './model.ts';

/**
 * The fact that holds on a day: of those that cover it, the one of the latest revision. Undefined where nothing is
 * known: nobody recorded it, or it was taken back.
 * @param facts of one subject, name and key, in the order in which they were recorded
 */
export function factOn(facts: readonly KnownFact[], day: Day): KnownFact | undefined {
  const latest = facts.findLast((fact) => covers(fact, day));
  return latest === undefined || latest.value === null ? undefined : latest;
}

/**
 * Whether recording the fact would change nothing: on each of its days its value holds already.
 * @param facts of the fact's subject, name and key, in the order in which they were recorded
 */
export function isRecorded(facts: readonly KnownFact[], fact: Fact): boolean {
  let open: [from: Day, to: Day][] = [[fact.from, fact.to ?? LAST_DAY]];
  for (const known of facts.toReversed()) {
    const to = known.to ?? LAST_DAY;
    const touched = open.some(([first, last]) => first <= to && known.from <= last);
    if (!touched) continue;
    if (!sameValue(known.value, fact.value)) return false;
    open = open.flatMap(([first, last]) => without([first, last], [known.from, to]));
    if (open.length === 0) return true;
  }
  return fact.value === null;
}

/**
 * The places of the facts that change something when all are recorded together, each over those before it.
 * @param factsLike those that are recorded of a fact's subject, name and key, in order
 */
export function unrecordedFacts(facts: readonly Fact[], factsLike: (fact: Fact) => readonly KnownFact[]): number[] {
  const slots = new Map<string, KnownFact[]>();
  return facts.flatMap((fact, i) => {
    const known = slots.getOrInsertComputed(slotOf(fact), () => [...factsLike(fact)]);
    if (isRecorded(known, fact)) return [];
    known.push({ ...fact, revision: Number.POSITIVE_INFINITY });
    return [i];
  });
}

/** A fact's subject, name and key as one text. Ids and names contain no line break, so that a key may. */
export function slotOf(fact: Fact): string {
  const subject = 'place' in fact ? fact.place : `${fact.person}\n${fact.agency}`;
  return `${subject}\n${fact.name}${fact.key === undefined ? '' : `\n${fact.key}`}`;
}

/** Facts that compete for the same days, whichever id of a person they name, in the order in which they were recorded. */
export function bySlot(facts: readonly KnownFact[]): KnownFact[][] {
  const inOrder = facts.toSorted((one, other) => one.revision - other.revision);
  const slots = Map.groupBy(inOrder, (fact) => {
    const subject = 'place' in fact ? ['', '', fact.place] : [fact.agency, '', ''];
    return JSON.stringify([...subject, fact.name, fact.key ?? '']);
  });
  return [...slots.values()];
}

export function covers({ from, to }: { readonly from: Day; readonly to?: Day }, day: Day): boolean {
  return from <= day && (to === undefined || day <= to);
}

function without([first, last]: [Day, Day], [from, to]: [Day, Day]): [Day, Day][] {
  if (to < first || last < from) return [[first, last]];
  const rest: [Day, Day][] = [];
  if (first < from) rest.push([first, dayBefore(from)]);
  if (to < last) rest.push([dayAfter(to), last]);
  return rest;
}

function sameValue(one: FactValue | null, other: FactValue | null): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
