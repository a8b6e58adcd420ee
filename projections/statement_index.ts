import { type StatementKeys, term } from './statement_keys.ts';

/** A stored statement, as the projections see it. */
export interface StatementEvent {
  readonly revision: number;
  /** Microseconds since 1970 UTC. */
  readonly recorded: number;
  readonly keys: StatementKeys;
}

/** What the index held before the event: the statements by id, and the statements whose object is a StatementRef to an id. */
export interface StatementView {
  find(id: string): StatementEvent | undefined;
  referrersOf(id: string): readonly StatementEvent[];
}

/** The changes that one statement makes to the index. */
export interface IndexChanges {
  /** A statement (its revision) is listed under a term. */
  readonly postings: { readonly term: string; readonly revision: number }[];
  /** A statement (its revision) is voided, which is known from revision `by` on. */
  readonly voidings: { readonly revision: number; readonly by: number }[];
}

/**
 * The index that answers the statement queries.
 *
 * A statement that refers to another by StatementRef is also listed under the terms of the other, through any number of references
 * (xAPI 1.0.3 Communication 2.1.3, filter conditions for StatementRefs), in whichever order they arrive.
 * A voiding holds from the later of the two statements on; only the authority that stated, or a credential that may void any, voids; a voiding
 * statement cannot be voided (Data 2.3.2).
 */
export function projectStatement(event: StatementEvent, view: StatementView): IndexChanges {
  const changes: IndexChanges = { postings: [], voidings: [] };
  const { keys, revision } = event;
  const terms = keys.target === null ? keys.terms : withTargetTerms(event, view);
  for (const term of terms) changes.postings.push({ term, revision });
  if (keys.voids && keys.target !== null) {
    const target = view.find(keys.target);
    if (target && mayVoid(keys, target.keys)) changes.voidings.push({ revision: target.revision, by: revision });
  }
  const referrers = view.referrersOf(keys.id);
  if (referrers.length === 0) return changes;
  if (referrers.some((referrer) => mayVoid(referrer.keys, keys))) {
    changes.voidings.push({ revision, by: revision });
  }
  listReferrers(keys.id, inherited(terms), view, changes, new Set([keys.id]));
  return changes;
}

/** Whether `voiding`, which refers to the other statement, voids it. */
export function mayVoid(voiding: StatementKeys, target: StatementKeys): boolean {
  if (!voiding.voids || target.voids) return false;
  return voiding.voids === 'any' || (voiding.authority !== null && voiding.authority === target.authority);
}

/** The statement's own terms and those of what it refers to, directly or through further references. */
function withTargetTerms(event: StatementEvent, view: StatementView): Iterable<string> {
  const terms = new Set(event.keys.terms);
  const seen = new Set([event.keys.id]);
  for (let id = event.keys.target; id !== null && !seen.has(id); ) {
    seen.add(id);
    const target = view.find(id);
    if (!target) break;
    for (const term of inherited(target.keys.terms)) terms.add(term);
    id = target.keys.target;
  }
  return terms;
}

function listReferrers(
  id: string,
  terms: readonly string[],
  view: StatementView,
  changes: IndexChanges,
  seen: Set<string>,
): void {
  for (const referrer of view.referrersOf(id)) {
    if (seen.has(referrer.keys.id)) continue;
    seen.add(referrer.keys.id);
    for (const term of terms) changes.postings.push({ term, revision: referrer.revision });
    listReferrers(referrer.keys.id, terms, view, changes, seen);
  }
}

/**
 * The terms that a statement with `terms` hands on to those that refer to it: another's authority is a related agent of the referrer, but never makes
 * the statement one of that authority's own.
 */
export function inherited(terms: Iterable<string>): string[] {
  const authority = term.authority('');
  return Array.from(terms, (text) =>
    text.startsWith(authority) ? term.relatedAgent(text.slice(authority.length)) : text,
  );
}
