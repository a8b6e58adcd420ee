import type { PolicyKind } from '../../projections/policy.ts';
import type {
  AgencyDeclared,
  CourseDeclared,
  EquivalenceDecided,
  EquivalenceRevoked,
  PlatformDeclared,
} from '../events/learning_types.ts';
import { type Catalogue, compileCatalogue } from '../learning/catalogue.ts';
import type { KnownDecision, Policy, Recorded, Versioned } from '../learning/model.ts';
import type { Preparing, Snapshot } from '../read_store/read_session.ts';

/** How many policies a reader keeps compiled: the present one, and some of the past that auditors ask about. */
const KEPT = 8;

/** By the last revision that changed anything declared. */
const compiled = new WeakMap<Preparing, Map<number, KnownPolicy>>();

/** Everything declared, as known at some revision. */
export interface KnownPolicy {
  readonly policy: Policy;
  readonly catalogue: Catalogue;
}

/** Everything declared as known at a revision, compiled once for each state of it. */
export function policyAt(snapshot: Snapshot, knownAt: number): KnownPolicy {
  const newest = snapshot.learning.prepare('SELECT max(revision) AS revision FROM policy WHERE revision <= ?');
  const revision = (newest.get(knownAt) as { revision: number | null }).revision ?? -1;
  const kept = compiled.get(snapshot.learning) ?? new Map<number, KnownPolicy>();
  compiled.set(snapshot.learning, kept);
  const known = kept.get(revision) ?? compile(readPolicy(snapshot.learning, revision));
  // What was used last stands last; what was not used for longest goes.
  kept.delete(revision);
  kept.set(revision, known);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return known;
}

function compile(policy: Policy): KnownPolicy {
  return { policy, catalogue: compileCatalogue(policy) };
}

/** The latest version of everything declared up to a revision. */
function readPolicy(database: Preparing, revision: number): Policy {
  const rows = database
    .prepare('SELECT kind, id, revision, data FROM policy WHERE revision <= ? ORDER BY revision')
    .all(revision) as unknown as PolicyRow[];
  const byKind = Map.groupBy(rows, ({ kind }) => kind);
  const latest = <Data>(kind: PolicyKind) => versioned<Data>(byKind.get(kind) ?? []);
  const revoked = latest<EquivalenceRevoked>('equivalence-revoked');
  const decisions = latest<EquivalenceDecided>('equivalence');
  return {
    agencies: latest<AgencyDeclared>('agency'),
    platforms: latest<PlatformDeclared>('platform'),
    courses: latest<CourseDeclared>('course'),
    decisions: new Map(Array.from(decisions, ([id, decision]) => [id, withRevocation(decision, revoked.get(id))])),
  };
}

interface PolicyRow {
  readonly kind: PolicyKind;
  readonly id: string;
  readonly revision: number;
  readonly data: string;
}

function versioned<Data>(rows: readonly PolicyRow[]): Map<string, Versioned<Data>> {
  const versions = new Map<string, Versioned<Data>>();
  const latest = new Map<string, PolicyRow & { readonly version: number }>();
  for (const row of rows) latest.set(row.id, { ...row, version: (latest.get(row.id)?.version ?? 0) + 1 });
  for (const [id, { revision, version, data }] of latest)
    versions.set(id, { revision, version, data: JSON.parse(data) });
  return versions;
}

/** A revocation ends the version that it was made of; a later version is a new decision. */
function withRevocation(
  decision: Versioned<EquivalenceDecided>,
  revoked: Recorded<EquivalenceRevoked> | undefined,
): KnownDecision {
  return { ...decision, revoked: revoked && revoked.revision > decision.revision ? revoked : undefined };
}
