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

/** A row with the revisions at which it is known: from the first, to before the last. */
export interface KnownRow extends KnownSpan {
  readonly row: IntervalRow;
}

export interface KnownSpan {
  readonly from: number;
  readonly to: number;
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
  /** Whether its rows were not known any more when they were written: who asks about the present passes it by. */
  readonly isPast: boolean;
  readonly columns: Columns;
  /** All columns, one behind the other. */
  readonly bytes: Uint8Array;
  length = 0;
  /** All rows are known from here on, and to before there: who asks about a revision between need not look at each. */
  knownFrom = 0;
  knownTo = STILL_KNOWN;
  /** No row is known at this revision or a later one. */
  endsBy: number;

  constructor(pair: number, number: number, isPast: boolean) {
    this.pair = pair;
    this.number = number;
    this.isPast = isPast;
    this.endsBy = isPast ? 0 : STILL_KNOWN;
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
    this.endsBy = Math.max(this.endsBy, knownTo[at]!);
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
  /** The blocks that have room, by `openNumber`. */
  readonly #open: (RowBlock | undefined)[] = [];
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

  /** Another block for rows of a pair. @param isPast see `RowBlock` */
  addBlock(pair: number, isPast: boolean): RowBlock {
    const block = new RowBlock(pair, this.#blocks.length, isPast);
    this.#blocks.push(block);
    while (this.#ofPairs.length <= pair) this.#ofPairs.push([]);
    this.#ofPairs[pair]!.push(block);
    this.#open[openNumber(pair, isPast)] = block;
    return block;
  }

  /** A person's rows as known at a revision. */
  knownAt(person: number, revision: number): IntervalRow[] {
    return this.ofPerson(person).flatMap(({ row, from, to }) => (from <= revision && revision < to ? [row] : []));
  }

  /** All that was ever known of a person; rows of no revision were never known. */
  ofPerson(person: number): readonly KnownRow[] {
    return this.#placesOf(person).map((place) => this.#at(place));
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
    for (const row of fresh) this.#add({ row, from: revision, to: STILL_KNOWN });
  }

  /**
   * What was known of a person at some revisions takes the place of what the rows say of these; what they say of others
   * stays.
   * @param known all that was known then, and at no other revisions
   */
  rewrite(person: number, { from, to }: KnownSpan, known: readonly KnownRow[]): void {
    const places = this.#placesOf(person).filter((place) => {
      const there = this.#at(place);
      return there.to >= from && there.from <= to;
    });
    const placesOfPairs = Map.groupBy(places, (place) => this.blockAt(place).pair);
    const knownOfPairs = Map.groupBy(known, ({ row }) => row.pair);
    for (const pair of new Set([...placesOfPairs.keys(), ...knownOfPairs.keys()])) {
      this.#rewritePair(placesOfPairs.get(pair) ?? [], { from, to }, knownOfPairs.get(pair) ?? []);
    }
  }

  #rewritePair(places: readonly number[], { from, to }: KnownSpan, known: readonly KnownRow[]): void {
    const outside = places.flatMap((place): KnownRow[] => {
      const there = this.#at(place);
      const parts = [
        { ...there, to: Math.min(there.to, from) },
        { ...there, from: Math.max(there.from, to) },
      ];
      return parts.filter((part) => part.from < part.to);
    });
    const free = new Set(places);
    for (const one of joined([...known, ...outside])) {
      const isPast = one.to !== STILL_KNOWN;
      const alike = [...free].filter((place) => isLike(this.blockAt(place), place % BLOCK_ROWS, one.row));
      const place = alike.find((place) => this.blockAt(place).isPast === isPast) ?? alike[0];
      if (place === undefined) this.#add(one);
      else this.#setKnown(place, one);
      free.delete(place ?? -1);
    }
    for (const place of free) this.#setKnown(place, NEVER);
  }

  #placesOf(person: number): number[] {
    const places: number[] = [];
    for (let place = this.#last[person] ?? -1; place >= 0; ) {
      places.push(place);
      place = this.blockAt(place).columns.before[place % BLOCK_ROWS]!;
    }
    return places;
  }

  #at(place: number): KnownRow {
    const { pair, columns } = this.blockAt(place);
    const at = place % BLOCK_ROWS;
    const row: IntervalRow = {
      person: columns.person[at]!,
      pair,
      group: columns.group[at]!,
      status: columns.status[at]!,
      from: columns.from[at]!,
      to: columns.to[at]!,
      day: columns.day[at]!,
      reason: columns.reason[at]!,
      evidence: columns.evidence[at]!,
    };
    return { row, from: columns.knownFrom[at]!, to: columns.knownTo[at]! };
  }

  #setKnown(place: number, { from, to }: KnownSpan): void {
    const block = this.blockAt(place);
    const at = place % BLOCK_ROWS;
    block.columns.knownFrom[at] = from;
    block.columns.knownTo[at] = to;
    block.note(at);
  }

  #add({ row, from, to }: KnownRow): void {
    const isPast = to !== STILL_KNOWN;
    const last = this.#open[openNumber(row.pair, isPast)];
    const block = last === undefined || last.length === BLOCK_ROWS ? this.addBlock(row.pair, isPast) : last;
    const at = block.length++;
    const { columns } = block;
    for (const name of ROW_MEMBERS) columns[name][at] = row[name];
    columns.person[at] = row.person;
    columns.before[at] = this.#last[row.person] ?? -1;
    const place = block.number * BLOCK_ROWS + at;
    this.#setKnown(place, { from, to });
    while (this.#last.length <= row.person) this.#last.push(-1);
    this.#last[row.person] = place;
  }
}

/** Of what is known no more at any revision; it stays, as do the numbers of the rows behind it. */
const NEVER: KnownSpan = { from: STILL_KNOWN, to: 0 };

function openNumber(pair: number, isPast: boolean): number {
  return pair * 2 + (isPast ? 1 : 0);
}

/** Rows that are alike, and known at revisions that follow one another, are one. */
function joined(rows: readonly KnownRow[]): readonly KnownRow[] {
  const found: KnownRow[] = [];
  for (const one of rows.toSorted((a, b) => a.from - b.from)) {
    const before = found.findIndex((other) => other.to === one.from && isSame(other.row, one.row));
    if (before < 0) found.push(one);
    else found[before] = { ...found[before]!, to: one.to };
  }
  return found;
}

function isLike({ pair, columns }: RowBlock, at: number, other: IntervalRow): boolean {
  return pair === other.pair && ROW_MEMBERS.every((name) => columns[name][at] === other[name]);
}

/** Whether two rows of one person say the same. */
export function isSame(one: IntervalRow, other: IntervalRow): boolean {
  return one.pair === other.pair && ROW_MEMBERS.every((name) => one[name] === other[name]);
}

/** A day as a number, `NO_DAY` for none. */
export function dayColumn(day: string | null | undefined): number {
  return day == null ? NO_DAY : numberOfDay(day);
}
