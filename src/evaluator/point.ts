import { BLOCK_ROWS, type IntervalColumns, type RowBlock } from '../compliance/interval_columns.ts';
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

/** For each group, by its number, whether it is chosen (1); undefined: every group is. */
export function chosenGroups({ groups }: Evaluation, { groups: wanted = {} }: Chosen): Uint8Array | undefined {
  if (GROUP_FACTS.every((name) => wanted[name] === undefined)) return undefined;
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

/** Tells of each block with rows of the chosen pairs that can be known at a revision. */
export function* blocksOf(columns: IntervalColumns, isPair: Uint8Array, knownAt: number): Generator<RowBlock> {
  for (const [pair, is] of isPair.entries()) {
    if (is === 1) for (const block of columns.ofPair(pair)) if (knownAt < block.endsBy) yield block;
  }
}

/**
 * Picks the rows of a block that hold on a day as known at a revision. Which ones cannot be foretold: it is written
 * without branches, which the processor would guess wrong as often as right.
 * @param isGroup see `chosenGroups`; undefined: every group is chosen
 * @param into receives the rows' places in the block
 * @returns how many they are
 */
export function pick(
  { columns, length, knownFrom, knownTo }: RowBlock,
  { day, knownAt }: { readonly day: number; readonly knownAt: number },
  isGroup: Uint8Array | undefined,
  into: Uint16Array,
): number {
  const { from, to, group } = columns;
  let count = 0;
  for (let at = 0; at < length; at++) {
    into[count] = at;
    // Both differences are negative where the day is within.
    count += ((from[at]! - day - 1) & (day - to[at]! - 1)) >>> 31;
  }
  if (knownFrom > knownAt || knownTo <= knownAt) count = keepKnown(columns, knownAt, into, count);
  return isGroup === undefined ? count : keepChosen(group, isGroup, into, count);
}

function keepKnown(
  { knownFrom, knownTo }: RowBlock['columns'],
  knownAt: number,
  places: Uint16Array,
  count: number,
): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const at = places[i]!;
    places[kept] = at;
    kept += knownFrom[at]! <= knownAt && knownAt < knownTo[at]! ? 1 : 0;
  }
  return kept;
}

function keepChosen(group: Uint32Array, isGroup: Uint8Array, places: Uint16Array, count: number): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const at = places[i]!;
    places[kept] = at;
    kept += isGroup[group[at]!]!;
  }
  return kept;
}

/** Tells, block by block, of the rows of the chosen pairs and groups that hold on a day as known at a revision. */
export function forEachAt(
  { columns }: Evaluation,
  { asOf, knownAt }: Point,
  isPair: Uint8Array,
  isGroup: Uint8Array | undefined,
  rows: (block: RowBlock, places: Uint16Array, count: number) => void,
): void {
  const places = new Uint16Array(BLOCK_ROWS);
  const day = numberOfDay(asOf);
  for (const block of blocksOf(columns, isPair, knownAt)) {
    const count = pick(block, { day, knownAt }, isGroup, places);
    if (count > 0) rows(block, places, count);
  }
}
