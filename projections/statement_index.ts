import { authorityOf, Relation, type StatementKeys, type Term, term, termsOf, termText } from './statement_keys.ts';

/** A stored statement, as the projections see it. */
export interface StatementEvent {
  readonly revision: number;
  /** Microseconds since 1970 UTC. */
  readonly recorded: number;
  readonly keys: StatementKeys;
}

/**
 * What the index held before the event: the statements by id, and the statements whose object is a StatementRef to an
 * id.
 */
export interface StatementView {
  find(id: string): StatementEvent | undefined;
  referrersOf(id: string): readonly StatementEvent[];
}

/** The changes that one statement makes to the index. */
export interface IndexChanges {
  /** A statement (its revision) is listed under terms. */
  readonly postings: { readonly terms: readonly Term[]; readonly revision: number }[];
  /** A statement (its revision) is voided, which is known from revision `by` on. */
  readonly voidings: { readonly revision: number; readonly by: number }[];
}

/**
 * How many references are followed one after another. Comments on comments make short chains; without an end, a chain
 * would cost the square of its length, and who may write could stop the store with one.
 */
export const FOLLOWED = 100;

/**
 * The index that answers the statement queries.
 *
 * A statement that refers to another by StatementRef is also listed under the terms of the other, through up to
 * `FOLLOWED` references (xAPI 1.0.3 Communication 2.1.3, filter conditions for StatementRefs), in whichever order they
 * arrive. A voiding holds from the later of the two statements on; only the authority that stated, or a credential that
 * may void any, voids; a voiding statement cannot be voided (Data 2.3.2).
 */
export function projectStatement(event: StatementEvent, view: StatementView): IndexChanges {
  const { keys, revision } = event;
  const lineage = lineageOf(event, view);
  const changes: IndexChanges = { postings: [{ terms: unionOf(lineage), revision }], voidings: [] };
  if (keys.voids && keys.target !== null) {
    const target = view.find(keys.target);
    if (target && mayVoid(keys, target.keys)) changes.voidings.push({ revision: target.revision, by: revision });
  }
  const referrers = view.referrersOf(keys.id);
  if (referrers.length === 0) return changes;
  if (referrers.some((referrer) => mayVoid(referrer.keys, keys))) {
    changes.voidings.push({ revision, by: revision });
  }
  listReferrers(referrers, keys.id, lineage, view, changes);
  return changes;
}

/** Whether `voiding`, which refers to the other statement, voids it. */
export function mayVoid(voiding: StatementKeys, target: StatementKeys): boolean {
  if (!voiding.voids || target.voids) return false;
  const authority = authorityOf(voiding);
  return voiding.voids === 'any' || (authority !== null && authority === authorityOf(target));
}

/**
 * The statement's own terms, then those that it has from the statement it refers to, then from the one that this refers
 * to, and so on.
 */
function lineageOf({ keys }: StatementEvent, view: StatementView): (readonly Term[])[] {
  const lineage: (readonly Term[])[] = [termsOf(keys)];
  if (keys.target === null) return lineage;
  const seen = new Set([keys.id]);
  for (let id: string | null = keys.target; id !== null && !seen.has(id) && lineage.length <= FOLLOWED; ) {
    seen.add(id);
    const target = view.find(id);
    if (!target) break;
    lineage.push(termsOf(target.keys).map(inherited));
    id = target.keys.target;
  }
  return lineage;
}

/** Lists whatever refers to the statement with `id`, directly or through others, under the terms of its lineage. */
function listReferrers(
  direct: readonly StatementEvent[],
  id: string,
  lineage: readonly (readonly Term[])[],
  view: StatementView,
  changes: IndexChanges,
): void {
  const seen = new Set([id]);
  let referrers = direct;
  for (let distance = 1; distance <= FOLLOWED && referrers.length > 0; distance++) {
    const terms = unionOf(lineage.slice(0, FOLLOWED + 1 - distance)).map(inherited);
    const next: StatementEvent[] = [];
    for (const { keys, revision } of referrers) {
      if (seen.has(keys.id)) continue;
      seen.add(keys.id);
      changes.postings.push({ terms, revision });
      for (const referrer of view.referrersOf(keys.id)) next.push(referrer);
    }
    referrers = next;
  }
}

function unionOf(lists: readonly (readonly Term[])[]): readonly Term[] {
  if (lists.length === 1) return lists[0]!;
  return [...new Map(lists.flatMap((terms) => terms.map((term) => [termText(term), term] as const))).values()];
}

/**
 * What a term is to the statements that refer to one that has it: another's authority is a related agent of the
 * referrer, but never makes the statement one of that authority's own.
 */
export function inherited({ relation, value }: Term): Term {
  return relation === Relation.authority ? term.relatedAgent(value) : { relation, value };
}
