import { numberOfDay } from '../learning/days.ts';
import type { StatusName } from './model.ts';

/** The statuses by their numbers in the columns. */
export const STATUSES: readonly StatusName[] = [
  'not-required',
  'undetermined',
  'compliant',
  'waived',
  'due',
  'overdue',
  // It applies, and yet something that must be known is not.
  'undetermined',
];
export const UNDETERMINED_APPLYING = 6;

/** A day of a status (until, by, since) where there is none. */
export const NO_DAY = 0x7fffffff;
/** The end of what is still known so. */
export const STILL_KNOWN = 0xffffffff;
/** Where there is no evidence. */
export const NO_EVIDENCE = 0xffffffff;

/**
 * What is known, over both times: how a person stood to a requirement of an agency on some days, as known from one
 * revision to before another. Everything is a number: days since 1970-01-01, revisions, places in lists of names.
 */
export interface IntervalRow {
  readonly person: number;
  /** Agency and requirement together. */
  readonly pair: number;
  /** The facts by which the agency's people are counted. */
  readonly group: number;
  readonly status: number;
  readonly from: number;
  readonly to: number;
  /** The day that the status names, or `NO_DAY`. */
  readonly day: number;
  readonly reason: number;
  /** The revision of the evidence, or `NO_EVIDENCE`. */
  readonly evidence: number;
}

/** The columns of a block, with the kind of number that each has; those of four bytes come first. */
export const COLUMN_TYPES = {
  person: Uint32Array,
  group: Uint32Array,
  from: Int32Array,
  to: Int32Array,
  day: Int32Array,
  reason: Uint32Array,
  evidence: Uint32Array,
  /** The revision as known from which it is so, and the one from which it is not so any more. */
  knownFrom: Uint32Array,
  knownTo: Uint32Array,
  /** The row before of the same person. */
  before: Int32Array,
  status: Uint8Array,
} as const;

type ColumnName = keyof typeof COLUMN_TYPES;
type Columns = { readonly [Name in ColumnName]: InstanceType<(typeof COLUMN_TYPES)[Name]> };

/** How many rows a block has room for. The place of a row is its block's number times this, and its place in it. */
export const BLOCK_ROWS = 1024;
const COLUMNS = Object.entries(COLUMN_TYPES) as [ColumnName, (typeof COLUMN_TYPES)[ColumnName]][];
const BLOCK_BYTES = COLUMNS.reduce((sum, [, { BYTES_PER_ELEMENT }]) => sum + BYTES_PER_ELEMENT * BLOCK_ROWS, 0);

/** Rows of one pair, side by side in columns. */
export class RowBlock {
  readonly pair: number;
  readonly number: number;
  readonly columns: Columns;
  /** All columns, one behind the other. */
  readonly bytes: Uint8Array;
  length = 0;
  /** All rows are known from here on, and to before there: who asks about a revision between need not look at each. */
  knownFrom = 0;
  knownTo = STILL_KNOWN;

  constructor(pair: number, number: number) {
    this.pair = pair;
    this.number = number;
    this.bytes = new Uint8Array(BLOCK_BYTES);
    let place = 0;
    const columns = COLUMNS.map(([name, Type]) => {
      const column = new Type(this.bytes.buffer as ArrayBuffer, place, BLOCK_ROWS);
      place += column.byteLength;
      return [name, column];
    });
    this.columns = Object.fromEntries(columns) as Columns;
  }

  /** Takes note of the revisions of a row that was written or changed. */
  note(at: number): void {
    const { knownFrom, knownTo } = this.columns;
    this.knownFrom = Math.max(this.knownFrom, knownFrom[at]!);
    this.knownTo = Math.min(this.knownTo, knownTo[at]!);
  }
}

const ROW_MEMBERS = ['group', 'status', 'from', 'to', 'day', 'reason', 'evidence'] as const;

/**
 * Rows of numbers in columns, in a block after the other for each pair. To look at all of them takes a few nanoseconds
 * a row, so that a count as of any day and as known at any revision is one pass, and needs no index; and they grow
 * without being copied.
 */
export class IntervalColumns {
  readonly #blocks: RowBlock[] = [];
  readonly #ofPairs: RowBlock[][] = [];
  /** The place of the last row of each person; -1: none. */
  readonly #last: number[];

  /** @param last the places of the last rows of persons that are kept elsewhere; their blocks are then added */
  constructor(last: Iterable<number> = []) {
    this.#last = [...last];
  }

  /** The place of the last row of each person, by the person's number; -1: none. */
  get last(): readonly number[] {
    return this.#last;
  }

  /** All blocks in order of their numbers. */
  get blocks(): readonly RowBlock[] {
    return this.#blocks;
  }

  /** The blocks of a pair, in the order in which their rows came. */
  ofPair(pair: number): readonly RowBlock[] {
    return this.#ofPairs[pair] ?? [];
  }

  /** The block of the row at a place; in it the row is at `place % BLOCK_ROWS`. */
  blockAt(place: number): RowBlock {
    return this.#blocks[Math.floor(place / BLOCK_ROWS)]!;
  }

  /** Another block for rows of a pair. */
  addBlock(pair: number): RowBlock {
    const block = new RowBlock(pair, this.#blocks.length);
    this.#blocks.push(block);
    while (this.#ofPairs.length <= pair) this.#ofPairs.push([]);
    this.#ofPairs[pair]!.push(block);
    return block;
  }

  /**
   * A person's rows as known from a revision on: those that are known already stay as they are, others end.
   * @param concerns whether a pair is among those that were worked out; rows of others stay
   */
  replace(person: number, revision: number, rows: readonly IntervalRow[], concerns: (pair: number) => boolean): void {
    const fresh = new Set(rows);
    for (let place = this.#last[person] ?? -1; place >= 0; ) {
      const block = this.blockAt(place);
      const at = place % BLOCK_ROWS;
      place = block.columns.before[at]!;
      if (block.columns.knownTo[at] !== STILL_KNOWN || !concerns(block.pair)) continue;
      const same = rows.find((one) => fresh.has(one) && isLike(block, at, one));
      if (same !== undefined) {
        fresh.delete(same);
        continue;
      }
      block.columns.knownTo[at] = revision;
      block.note(at);
    }
    for (const row of fresh) this.#add(row, revision);
  }

  #add(row: IntervalRow, knownFrom: number): void {
    const last = this.#ofPairs[row.pair]?.at(-1);
    const block = last === undefined || last.length === BLOCK_ROWS ? this.addBlock(row.pair) : last;
    const at = block.length++;
    const { columns } = block;
    for (const name of ROW_MEMBERS) columns[name][at] = row[name];
    columns.person[at] = row.person;
    columns.knownFrom[at] = knownFrom;
    columns.knownTo[at] = STILL_KNOWN;
    columns.before[at] = this.#last[row.person] ?? -1;
    block.note(at);
    this.#setLast(row.person, block.number * BLOCK_ROWS + at);
  }

  #setLast(person: number, place: number): void {
    while (this.#last.length <= person) this.#last.push(-1);
    this.#last[person] = place;
  }
}

function isLike(block: RowBlock, at: number, other: IntervalRow): boolean {
  return block.pair === other.pair && ROW_MEMBERS.every((name) => block.columns[name][at] === other[name]);
}

/** A day as a number, `NO_DAY` for none. */
export function dayColumn(day: string | null | undefined): number {
  return day == null ? NO_DAY : numberOfDay(day);
}
