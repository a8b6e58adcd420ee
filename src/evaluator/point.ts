import type { IntervalColumns } from '../compliance/interval_columns.ts';
import type { Day, FactValue } from '../events/learning_types.ts';
import { numberOfDay } from '../learning/days.ts';
import { type Evaluation, GROUP_FACTS, type Group, type GroupFact, pairOf } from './evaluation.ts';

/** Which rows are looked at: of an agency or of all, of one requirement or of all, of people with these facts. */
export interface Chosen {
  readonly agency?: string | undefined;
  readonly requirement?: string | undefined;
  readonly groups?: { readonly [Name in GroupFact]?: string | undefined };
}

/** Both times: a day, and a ledger revision. */
export interface Point {
  readonly asOf: Day;
  readonly knownAt: number;
}

/** For each pair, by its number, whether it is chosen (1); rows that say only who is in an agency are in the agency's. */
export function chosenPairs({ pairs }: Evaluation, { agency, requirement }: Chosen): Uint8Array {
  return flags(pairs.texts, (text) => {
    const pair = pairOf(text);
    if (agency !== undefined && pair.agency !== agency) return false;
    return requirement === undefined || pair.requirement === requirement || pair.requirement === '';
  });
}

/** For each group, by its number, whether it is chosen (1). */
export function chosenGroups({ groups }: Evaluation, { groups: wanted = {} }: Chosen): Uint8Array {
  return flags(groups.texts, (text) => {
    const values: Group = JSON.parse(text);
    return GROUP_FACTS.every((name, i) => wanted[name] === undefined || valueText(values[i]!) === wanted[name]);
  });
}

/** A fact's value as a text by which people are counted; null: nobody recorded it. */
export function valueText(value: FactValue | null): string | null {
  return value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);
}

function flags(texts: readonly string[], is: (text: string) => boolean): Uint8Array {
  return Uint8Array.from(texts, (text) => (is(text) ? 1 : 0));
}

/** Of how many pairs one must be chosen, at least, that all rows are gone over rather than those of the pairs. */
const ONE_OF = 4;

/** Tells of each row of the chosen pairs. Where few are chosen only their rows are looked at. */
export function forEachOf(columns: IntervalColumns, isPair: Uint8Array, row: (row: number) => void): void {
  const chosen = [...isPair.keys()].filter((number) => isPair[number] === 1);
  if (chosen.length * ONE_OF < isPair.length) {
    for (const number of chosen) for (const one of columns.ofPair(number)) row(one);
    return;
  }
  const { pair } = columns.columns;
  const { length } = columns;
  for (let one = 0; one < length; one++) if (isPair[pair[one]!] === 1) row(one);
}

/** Tells of each row of the chosen pairs and groups that holds on a day as known at a revision. */
export function forEachAt(
  columns: IntervalColumns,
  { asOf, knownAt }: Point,
  isPair: Uint8Array,
  isGroup: Uint8Array,
  row: (row: number) => void,
): void {
  const { from, to, knownFrom, knownTo, group } = columns.columns;
  const day = numberOfDay(asOf);
  forEachOf(columns, isPair, (one) => {
    if (from[one]! > day || to[one]! < day || knownFrom[one]! > knownAt || knownTo[one]! <= knownAt) return;
    if (isGroup[group[one]!] === 1) row(one);
  });
}
