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

/** The columns, with the kind of number that each has. */
export const COLUMN_TYPES = {
  person: Uint32Array,
  pair: Uint32Array,
  group: Uint32Array,
  status: Uint8Array,
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
} as const;

type ColumnName = keyof typeof COLUMN_TYPES;
export type Columns = { readonly [Name in ColumnName]: InstanceType<(typeof COLUMN_TYPES)[Name]> };

const NONE = new Uint32Array(0);
const ROW_MEMBERS = ['pair', 'group', 'status', 'from', 'to', 'day', 'reason', 'evidence'] as const;

/**
 * Rows side by side in columns of numbers. To look at all of them takes a few nanoseconds a row, so that a count as of
 * any day and as known at any revision is one pass, and needs no index.
 */
export class IntervalColumns {
  #columns: Columns = allocate(1024);
  #length = 0;
  /** The last row of each person; -1: none. */
  readonly #last: number[] = [];
  /** The rows of each pair. */
  readonly #ofPairs: RowList[] = [];

  /** Rows that were kept elsewhere. @param columns that have `length` rows, and room for no more */
  static of(columns: Columns, length: number): IntervalColumns {
    const made = new IntervalColumns();
    made.#columns = columns;
    made.#length = length;
    for (let row = 0; row < length; row++) made.#enter(columns.person[row]!, columns.pair[row]!, row);
    return made;
  }

  get columns(): Columns {
    return this.#columns;
  }

  get length(): number {
    return this.#length;
  }

  /** The rows of a pair, in the order in which they came. */
  ofPair(pair: number): Uint32Array {
    return this.#ofPairs[pair]?.rows ?? NONE;
  }

  /**
   * A person's rows as known from a revision on: those that are known already stay as they are, others end.
   * @param concerns whether a pair is among those that were worked out; rows of others stay
   */
  replace(person: number, revision: number, rows: readonly IntervalRow[], concerns: (pair: number) => boolean): void {
    const fresh = new Set(rows);
    for (let row = this.#last[person] ?? -1; row >= 0; row = this.#columns.before[row]!) {
      if (this.#columns.knownTo[row] !== STILL_KNOWN || !concerns(this.#columns.pair[row]!)) continue;
      const same = rows.find((one) => fresh.has(one) && this.#isLike(row, one));
      if (same !== undefined) fresh.delete(same);
      else this.#columns.knownTo[row] = revision;
    }
    for (const row of fresh) this.#add(row, revision);
  }

  #isLike(row: number, other: IntervalRow): boolean {
    return ROW_MEMBERS.every((name) => this.#columns[name][row] === other[name]);
  }

  #add(row: IntervalRow, knownFrom: number): void {
    const at = this.#length++;
    if (at >= this.#columns.person.length) this.#columns = grown(this.#columns);
    const columns = this.#columns;
    for (const name of ROW_MEMBERS) columns[name][at] = row[name];
    columns.person[at] = row.person;
    columns.knownFrom[at] = knownFrom;
    columns.knownTo[at] = STILL_KNOWN;
    columns.before[at] = this.#last[row.person] ?? -1;
    this.#enter(row.person, row.pair, at);
  }

  #enter(person: number, pair: number, row: number): void {
    while (this.#last.length <= person) this.#last.push(-1);
    this.#last[person] = row;
    while (this.#ofPairs.length <= pair) this.#ofPairs.push(new RowList());
    this.#ofPairs[pair]!.push(row);
  }
}

/** Numbers of rows, ascending. */
class RowList {
  #rows = new Uint32Array(16);
  #length = 0;

  push(row: number): void {
    if (this.#length === this.#rows.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[this.#length++] = row;
  }

  get rows(): Uint32Array {
    return this.#rows.subarray(0, this.#length);
  }
}

function allocate(length: number): Columns {
  const columns = Object.entries(COLUMN_TYPES).map(([name, Type]) => [name, new Type(length)]);
  return Object.fromEntries(columns) as Columns;
}

function grown(old: Columns): Columns {
  const larger = allocate(Math.max(old.person.length * 2, 1024));
  for (const name of Object.keys(COLUMN_TYPES) as ColumnName[]) larger[name].set(old[name]);
  return larger;
}

/** A day as a number, `NO_DAY` for none. */
export function dayColumn(day: string | null | undefined): number {
  return day == null ? NO_DAY : numberOfDay(day);
}
