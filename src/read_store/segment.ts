import { type HistoryEntry, projectHistory } from '../../projections/learner_history.ts';
import { projectStatement, type StatementEvent, type StatementView } from '../../projections/statement_index.ts';
import type { StatementKeys } from '../../projections/statement_keys.ts';

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

/**
 * The newest part of the index, in memory: what the tables do not hold yet. A reader keeps segments to answer with; the
 * projector fills one to write it into the tables in sorted order. Both run the same projections on the same rows, so
 * both hold the same.
 */
export class Segment {
  readonly number: number;
  lastRevision = -1;
  readonly statements: StatementEvent[] = [];
  readonly byId = new Map<string, StatementEvent>();
  readonly referrers = new Map<string, StatementEvent[]>();
  /** By term: revisions, ascending, each once. May name statements of older segments. */
  readonly postings = new Map<string, number[]>();
  /**
   * By the voided statement's revision: the revision from which on that is known. May name statements of older
   * segments.
   */
  readonly voidings = new Map<number, number>();
  /** By account, in order of arrival. */
  readonly history = new Map<string, HistoryEntry[]>();
  /** By activity: the statements that describe it otherwise than the one before, in order. */
  readonly definitions = new Map<string, { readonly revision: number; readonly print: number }[]>();
  /** One for each append, ascending. */
  readonly moments: { readonly recorded: number; revision: number }[] = [];

  constructor(number: number) {
    this.number = number;
  }

  /** Applies the statements of a row. `older` sees what came before this segment. */
  apply(row: TailRow, older: StatementView): void {
    const view = this.#over(older);
    row.keys.forEach((keys, i) => {
      this.#applyStatement({ revision: row.firstRevision + i, recorded: row.recorded, keys }, view);
    });
    this.lastRevision = row.firstRevision + row.keys.length - 1;
    const moment = this.moments.at(-1);
    if (moment?.recorded === row.recorded) moment.revision = this.lastRevision;
    else this.moments.push({ recorded: row.recorded, revision: this.lastRevision });
  }

  #applyStatement(event: StatementEvent, view: StatementView): void {
    const { postings, voidings } = projectStatement(event, view);
    this.statements.push(event);
    this.byId.set(event.keys.id, event);
    if (event.keys.target !== null) append(this.referrers, event.keys.target, event);
    for (const { term, revision } of postings) this.#post(term, revision);
    for (const { revision, by } of voidings) {
      this.voidings.set(revision, Math.min(by, this.voidings.get(revision) ?? by));
    }
    for (const entry of projectHistory(event)) append(this.history, entry.account, entry);
    for (const { activity, print } of event.keys.definitions) {
      if (this.definitions.get(activity)?.at(-1)?.print === print) continue;
      append(this.definitions, activity, { revision: event.revision, print });
    }
  }

  #post(term: string, revision: number): void {
    const revisions = this.postings.get(term);
    if (revisions === undefined) this.postings.set(term, [revision]);
    else if (revisions.at(-1)! < revision) revisions.push(revision);
    else {
      // Only a reference whose target came later is listed out of order.
      const index = firstAtLeast(revisions, revision);
      if (revisions[index] !== revision) revisions.splice(index, 0, revision);
    }
  }

  #over(older: StatementView): StatementView {
    return layered([this], older);
  }
}

/** Sees the segments (oldest first) in front of `older`. */
export function layered(segments: readonly Segment[], older: StatementView): StatementView {
  return {
    find(id) {
      for (const segment of segments) {
        const event = segment.byId.get(id);
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
export function firstAtLeast(values: readonly number[], bound: number): number {
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
