import type { Fact } from '../events/learning_types.ts';
import { LAST_DAY } from './days.ts';
import { slotOf } from './facts.ts';
import type { Roster, RosterError } from './roster.ts';
import type { LineFact } from './roster_lines.ts';

/** The facts of a roster, each once, and the lines that contradict earlier ones. */
export interface Compared {
  readonly unique: readonly LineFact[];
  readonly conflicts: readonly RosterError[];
}

/**
 * Compares the facts of a roster with one another. Two contradict each other when, of the same subject, name and key,
 * they say another value for a day that both cover: which of them held would depend on the order of recording.
 */
export function compareFacts(facts: readonly LineFact[], unit: Roster['unit']): Compared {
  const repeated = new Set<LineFact>();
  const conflicts: RosterError[] = [];
  for (const slot of Map.groupBy(facts, ({ fact }) => slotOf(fact)).values()) {
    if (slot.length > 1) compareSlot(slot, repeated, (one, other) => conflicts.push(conflict(one, other, unit)));
  }
  return { unique: repeated.size === 0 ? facts : facts.filter((one) => !repeated.has(one)), conflicts };
}

function compareSlot(
  facts: readonly LineFact[],
  repeated: Set<LineFact>,
  report: (one: LineFact, other: LineFact) => void,
): void {
  // Facts of the same first day stay in their order, so that the first of equal ones is kept.
  const byDay = facts.toSorted((one, other) =>
    one.fact.from < other.fact.from ? -1 : one.fact.from === other.fact.from ? 0 : 1,
  );
  // Those before that cover the day that has come.
  let open: LineFact[] = [];
  for (const one of byDay) {
    open = open.filter(({ fact }) => lastDay(fact) >= one.fact.from);
    const other = open.find(({ fact }) => valueText(fact) !== valueText(one.fact));
    if (other !== undefined) report(one, other);
    else if (open.some(({ fact }) => fact.from === one.fact.from && lastDay(fact) === lastDay(one.fact))) {
      repeated.add(one);
      continue;
    }
    open.push(one);
  }
}

function lastDay({ to }: Fact): string {
  return to ?? LAST_DAY;
}

function valueText({ value }: Fact): string {
  return JSON.stringify(value);
}

function conflict(one: LineFact, other: LineFact, unit: Roster['unit']): RosterError {
  const [first, second] = one.line < other.line ? [one, other] : [other, one];
  const said = JSON.stringify(first.fact.value);
  const rule = `it agrees with ${unit} ${first.line}, which says ${said} for some of these days`;
  return { line: second.line, column: second.column, rule };
}
