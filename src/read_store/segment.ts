import { projectHistory } from '../../projections/learner_history.ts';
import { projectStatement, type StatementEvent, type StatementView } from '../../projections/statement_index.ts';
import { RELATIONS, Relation, type StatementKeys, type Term } from '../../projections/statement_keys.ts';
import { AscendingLists } from './ascending_lists.ts';
import { HistoryColumns, type SegmentEntry } from './history_columns.ts';
import { UuidList } from './uuid_list.ts';

/** Statements of one append, as they stand in the tail: the i-th has revision `firstRevision + i`. */
export interface TailRow {
  readonly segment: number;
  readonly firstRevision: number;
  readonly lastRevision: number;
  /** Microseconds since 1970 UTC. */
  readonly recorded: number;
  readonly keys: readonly StatementKeys[];
}

/** A name under which statements are listed. */
export interface ListedName {
  readonly text: string;
  /** The number of the list. */
  readonly list: number;
}

/** A statement that describes an activity, and the print of what it says. */
export interface SegmentDefinition {
  readonly revision: number;
  readonly print: number;
}

/**
 * The newest part of the index, in memory: what the tables do not hold yet. A reader keeps segments to answer with; the
 * projector fills one to write it into the tables in sorted order. Both run the same projections on the same rows, so
 * both hold the same. Of a statement that refers to no other, the keys are not kept: they are taken from its event again
 * when somebody refers to it.
 */
export class Segment {
  readonly number: number;
  lastRevision = -1;
  /** The ids of its statements. */
  readonly ids = new UuidList();
  /** The statements whose object is a StatementRef, by revision. */
  readonly referring = new Map<number, StatementEvent>();
  /** The same, by the id that they refer to. */
  readonly referrers = new Map<string, StatementEvent[]>();
  /** The registrations under which its statements are listed; some twice. */
  readonly registrations = new UuidList();
  /** Whatever its statements name besides, by number: accounts, verbs, activities, hashes. */
  readonly names: string[] = [];
  /** The names that stand in its histories and definitions, in order of appearance. */
  readonly recurring = new Set<number>();
  /** By the number of an activity: the statements that describe it otherwise than the one before, in order. */
  readonly definitions = new Map<number, SegmentDefinition[]>();
  /**
   * By the voided statement's revision: the revision from which on that is known. May name statements of older
   * segments.
   */
  readonly voidings = new Map<number, number>();
  /** One for each append, ascending. */
  readonly moments: { readonly recorded: number; revision: number }[] = [];
  /** To look up a text costs more than all that is then done with it. */
  readonly #numbers = new Map<string, number>();
  /** By name and relation, the statements that are listed under it; may be of older segments. */
  readonly #listed = new AscendingLists();
  /** By account, the places of its entries, in order of arrival. */
  readonly #histories = new AscendingLists();
  readonly #entries = new HistoryColumns();
  readonly #eventAt: (revision: number) => StatementEvent;

  /** @param eventAt reads one of its statements from the ledger */
  constructor(number: number, eventAt: (revision: number) => StatementEvent) {
    this.number = number;
    this.#eventAt = eventAt;
  }

  /** The revisions of its statements, ascending. */
  get statements(): ArrayLike<number> {
    return this.ids.revisions;
  }

  /** Applies the statements of a row. `older` sees what came before this segment. */
  apply(row: TailRow, older: StatementView): void {
    const view = layered([this], older);
    row.keys.forEach((keys, i) => {
      this.#applyStatement({ revision: row.firstRevision + i, recorded: row.recorded, keys }, view);
    });
    this.lastRevision = row.lastRevision;
    const moment = this.moments.at(-1);
    if (moment?.recorded === row.recorded) moment.revision = this.lastRevision;
    else this.moments.push({ recorded: row.recorded, revision: this.lastRevision });
  }

  /** The segment's statement with this id. */
  find(id: string): StatementEvent | undefined {
    const [revision] = this.ids.of(id);
    return revision === undefined ? undefined : (this.referring.get(revision) ?? this.#eventAt(revision));
  }

  /** The revisions of the statements that are listed under a term, ascending. */
  listed({ relation, value }: Term): readonly number[] {
    if (relation === Relation.registration) return this.registrations.of(value);
    const name = this.#numbers.get(value);
    return name === undefined ? [] : this.#listed.of(name * RELATIONS.length + relation);
  }

  /** By relation, the names under which statements are listed, ascending; registrations have their own lists. */
  namesListed(): ListedName[][] {
    const names: ListedName[][] = RELATIONS.map(() => []);
    for (const text of this.names.toSorted()) this.#addListed(text, names);
    return names;
  }

  /** By itself: as the inner of two loops that are only run through once in a while V8 would compile it again and again. */
  #addListed(text: string, names: ListedName[][]): void {
    const first = this.#numbers.get(text)! * RELATIONS.length;
    for (const relation of RELATIONS) {
      if (this.#listed.has(first + relation)) names[relation]!.push({ text, list: first + relation });
    }
  }

  /** As `listed`, of a name that is listed. */
  listedUnder({ list }: ListedName): readonly number[] {
    return this.#listed.of(list);
  }

  /** What an account did, in order of arrival. */
  history(account: string): SegmentEntry[] {
    const name = this.#numbers.get(account);
    return name === undefined ? [] : this.historyOf(name);
  }

  /** As `history`, by the number of the account's name. */
  historyOf(name: number): SegmentEntry[] {
    return this.#histories.of(name).map((place) => this.#entries.at(place));
  }

  /** The statements that describe an activity otherwise than the one before, in order. */
  definitionsOf(activity: string): readonly SegmentDefinition[] {
    const name = this.#numbers.get(activity);
    return (name !== undefined && this.definitions.get(name)) || [];
  }

  #applyStatement(event: StatementEvent, view: StatementView): void {
    const { keys, revision } = event;
    const { postings, voidings } = projectStatement(event, view);
    this.ids.add(keys.id, revision);
    if (keys.target !== null) {
      this.referring.set(revision, event);
      append(this.referrers, keys.target, event);
    }
    for (const { terms, revision } of postings) {
      for (const { relation, value } of terms) {
        if (relation === Relation.registration) this.registrations.add(value, revision);
        else this.#listed.add(this.#name(value) * RELATIONS.length + relation, revision);
      }
    }
    for (const { revision, by } of voidings) {
      this.voidings.set(revision, Math.min(by, this.voidings.get(revision) ?? by));
    }
    for (const { account, at, verb, activity } of projectHistory(event)) {
      // In this order the names are numbered, in the tables too.
      const name = this.#recurring(account);
      const entry = {
        at,
        revision,
        verb: this.#recurring(verb),
        activity: activity === null ? null : this.#recurring(activity),
      };
      this.#histories.add(name, this.#entries.add(entry));
    }
    for (const { activity, print } of keys.definitions) {
      const known = this.definitions.get(this.#name(activity));
      if (known?.at(-1)?.print === print) continue;
      if (known) known.push({ revision, print });
      else this.definitions.set(this.#recurring(activity), [{ revision, print }]);
    }
  }

  #name(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const name = this.names.length;
    this.#numbers.set(text, name);
    this.names.push(text);
    return name;
  }

  #recurring(text: string): number {
    const name = this.#name(text);
    this.recurring.add(name);
    return name;
  }
}

/** Sees the segments (oldest first) in front of `older`. */
export function layered(segments: readonly Segment[], older: StatementView): StatementView {
  return {
    find(id) {
      for (const segment of segments) {
        const event = segment.find(id);
        if (event) return event;
      }
      return older.find(id);
    },
    referrersOf(id) {
      // Asked of every statement, and hardly one is referred to.
      let found = older.referrersOf(id);
      for (const { referrers } of segments) {
        const more = referrers.size === 0 ? undefined : referrers.get(id);
        if (more !== undefined) found = [...found, ...more];
      }
      return found;
    },
  };
}

/** The index of the first of the ascending `values` that is at least `bound`; their length when there is none. */
export function firstAtLeast(values: ArrayLike<number>, bound: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
