import { projectHistory } from '../../projections/learner_history.ts';
import { projectStatement, type StatementEvent, type StatementView } from '../../projections/statement_index.ts';
import type { Relation, StatementKeys, Term } from '../../projections/statement_keys.ts';

/**
 * Statements that one request stored in one append, as they stand in the tail: the i-th has revision `firstRevision +
 * i`.
 */
export interface TailRow {
  readonly segment: number;
  readonly firstRevision: number;
  /** Microseconds since 1970 UTC. */
  readonly recorded: number;
  readonly keys: readonly StatementKeys[];
}

/** Everything that a segment knows of an account, verb, activity, registration or hash, each of which it holds once. */
export interface Name {
  readonly text: string;
  /** By relation, the statements that are listed under it: ascending, each once; may be of older segments. */
  readonly listed: { [R in Relation]?: number[] };
  /** Of an account: what it did, in order of arrival. */
  history: NamedEntry[] | undefined;
  /** Of an activity: the statements that describe it otherwise than the one before, in order. */
  definitions: { readonly revision: number; readonly print: number }[] | undefined;
  /** Whether it stands in histories or definitions: then it has a number in the tables. */
  isNumbered: boolean;
}

/** An entry of an account's history. */
export interface NamedEntry {
  /** Microseconds since 1970 UTC, as decimal digits (int64). */
  readonly at: string;
  readonly revision: number;
  readonly verb: Name;
  readonly activity: Name | null;
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
  /** The revisions of its statements, ascending. */
  readonly statements: number[] = [];
  /** Revisions by the statement's id, in order of arrival. */
  readonly ids = new Map<string, number>();
  /** The statements whose object is a StatementRef, by revision. */
  readonly referring = new Map<number, StatementEvent>();
  /** The same, by the id that they refer to. */
  readonly referrers = new Map<string, StatementEvent[]>();
  /** Whatever its statements name. To look up a text costs more than all that is then done with it. */
  readonly names = new Map<string, Name>();
  /** Every account, verb and activity of its histories and definitions, in order of appearance. */
  readonly numbered: Name[] = [];
  /**
   * By the voided statement's revision: the revision from which on that is known. May name statements of older
   * segments.
   */
  readonly voidings = new Map<number, number>();
  /** One for each append, ascending. */
  readonly moments: { readonly recorded: number; revision: number }[] = [];
  readonly #eventAt: (revision: number) => StatementEvent;

  /** @param eventAt reads one of its statements from the ledger */
  constructor(number: number, eventAt: (revision: number) => StatementEvent) {
    this.number = number;
    this.#eventAt = eventAt;
  }

  /** Applies the statements of a row. `older` sees what came before this segment. */
  apply(row: TailRow, older: StatementView): void {
    const view = layered([this], older);
    row.keys.forEach((keys, i) => {
      this.#applyStatement({ revision: row.firstRevision + i, recorded: row.recorded, keys }, view);
    });
    this.lastRevision = row.firstRevision + row.keys.length - 1;
    const moment = this.moments.at(-1);
    if (moment?.recorded === row.recorded) moment.revision = this.lastRevision;
    else this.moments.push({ recorded: row.recorded, revision: this.lastRevision });
  }

  /** The segment's statement with this id. */
  find(id: string): StatementEvent | undefined {
    const revision = this.ids.get(id);
    return revision === undefined ? undefined : (this.referring.get(revision) ?? this.#eventAt(revision));
  }

  /** The revisions of the statements that are listed under a term. */
  listed({ relation, value }: Term): readonly number[] {
    return this.names.get(value)?.listed[relation] ?? [];
  }

  #applyStatement(event: StatementEvent, view: StatementView): void {
    const { keys, revision } = event;
    const { postings, voidings } = projectStatement(event, view);
    this.statements.push(revision);
    this.ids.set(keys.id, revision);
    if (keys.target !== null) {
      this.referring.set(revision, event);
      append(this.referrers, keys.target, event);
    }
    for (const { terms, revision } of postings) {
      for (const { relation, value } of terms) post(this.#name(value).listed, relation, revision);
    }
    for (const { revision, by } of voidings) {
      this.voidings.set(revision, Math.min(by, this.voidings.get(revision) ?? by));
    }
    for (const { account, at, verb, activity } of projectHistory(event)) {
      const learner = this.#numbered(account);
      const did = this.#numbered(verb);
      const entry = { at, revision, verb: did, activity: activity === null ? null : this.#numbered(activity) };
      learner.history ??= [];
      learner.history.push(entry);
    }
    for (const { activity, print } of keys.definitions) {
      const name = this.#name(activity);
      if (name.definitions?.at(-1)?.print === print) continue;
      this.#numbered(activity);
      name.definitions ??= [];
      name.definitions.push({ revision, print });
    }
  }

  #name(text: string): Name {
    let name = this.names.get(text);
    if (name === undefined) {
      name = { text, listed: {}, history: undefined, definitions: undefined, isNumbered: false };
      this.names.set(text, name);
    }
    return name;
  }

  #numbered(text: string): Name {
    const name = this.#name(text);
    if (!name.isNumbered) {
      name.isNumbered = true;
      this.numbered.push(name);
    }
    return name;
  }
}

function post(listed: Name['listed'], relation: Relation, revision: number): void {
  const revisions = listed[relation];
  if (revisions === undefined) listed[relation] = [revision];
  else if (revisions[revisions.length - 1]! < revision) revisions.push(revision);
  else {
    // Only a reference whose target came later is listed out of order.
    const index = firstAtLeast(revisions, revision);
    if (revisions[index] !== revision) revisions.splice(index, 0, revision);
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
      const newer = segments.flatMap((segment) => segment.referrers.get(id) ?? []);
      const found = older.referrersOf(id);
      return newer.length === 0 ? found : [...found, ...newer];
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
