import type { PolicyKind } from '../../projections/policy.ts';
import { compileCompliance } from '../compliance/compile.ts';
import type { ComplianceDeclared, CompliancePolicy } from '../compliance/model.ts';
import type { RequirementDeclared, RequirementWithdrawn, WaiverGranted } from '../events/compliance_types.ts';
import type {
  AgencyDeclared,
  CourseDeclared,
  EquivalenceDecided,
  EquivalenceRevoked,
  PlatformDeclared,
} from '../events/learning_types.ts';
import { type Catalogue, compileCatalogue } from '../learning/catalogue.ts';
import type { Policy, Recorded, Versioned } from '../learning/model.ts';
import type { LearningView, Preparing } from '../read_store/read_session.ts';
import { type DeclaredRow, latestById } from './declared_query.ts';

/** How many policies a reader keeps compiled: the present one, and some of the past that auditors ask about. */
const KEPT = 8;

/** By the last revision that changed anything declared. */
const compiled = new WeakMap<Preparing, Map<number, KnownPolicy>>();

/** Everything declared, as known at some revision. */
export interface KnownPolicy {
  readonly policy: Policy;
  readonly catalogue: Catalogue;
  readonly compliance: CompliancePolicy;
}

/** Everything declared as known at a revision, compiled once for each state of it. */
export function policyAt({ learning }: LearningView, knownAt: number): KnownPolicy {
  const revision = policyRevision(learning, knownAt);
  const kept = compiled.get(learning) ?? new Map<number, KnownPolicy>();
  compiled.set(learning, kept);
  const known = kept.get(revision) ?? compile(learning, revision);
  // What was used last stands last; what was not used for longest goes.
  kept.delete(revision);
  kept.set(revision, known);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return known;
}

/**
 * The last revision up to one that changed what answers depend on; -1: none did. Who learns along a path, or freezes a
 * snapshot, changes nobody's status.
 */
function policyRevision(database: Preparing, knownAt: number): number {
  const newest = database.prepare(
    `SELECT revision FROM policy WHERE revision <= ? AND kind NOT IN ('path', 'snapshot') ORDER BY revision DESC LIMIT 1`,
  );
  return (newest.get(knownAt) as { revision: number } | undefined)?.revision ?? -1;
}

function compile(database: Preparing, revision: number): KnownPolicy {
  const rows = database
    .prepare(
      `SELECT kind, id, revision, data FROM policy WHERE revision <= ? AND kind NOT IN ('path', 'snapshot')
       ORDER BY revision`,
    )
    .all(revision) as unknown as DeclaredRow[];
  const byKind = Map.groupBy(rows, ({ kind }) => kind);
  const policy = policyOf(byKind);
  const catalogue = compileCatalogue(policy);
  return { policy, catalogue, compliance: compileCompliance(policy, complianceOf(byKind), catalogue) };
}

type RowsByKind = ReadonlyMap<PolicyKind, readonly DeclaredRow[]>;

/** The latest version of everything. */
function policyOf(byKind: RowsByKind): Policy {
  const latest = <Data>(kind: PolicyKind) => latestById<Data>(byKind.get(kind) ?? []);
  const revoked = latest<EquivalenceRevoked>('equivalence-revoked');
  const decisions = latest<EquivalenceDecided>('equivalence');
  return {
    agencies: latest<AgencyDeclared>('agency'),
    platforms: latest<PlatformDeclared>('platform'),
    courses: latest<CourseDeclared>('course'),
    decisions: new Map(Array.from(decisions, ([id, decision]) => [id, { ...decision, revoked: revoked.get(id) }])),
  };
}

function complianceOf(byKind: RowsByKind): ComplianceDeclared {
  const latest = <Data>(kind: PolicyKind) => latestById<Data>(byKind.get(kind) ?? []);
  const withdrawn = new Set(byKind.get('waiver-withdrawn')?.map(({ id }) => id));
  return {
    ladders: latest('ladder'),
    requirements: requirementsOf(byKind.get('requirement') ?? [], byKind.get('requirement-withdrawn') ?? []),
    waivers: new Map([...latest<WaiverGranted>('waiver')].filter(([id]) => !withdrawn.has(id))),
    programmes: latest('programme'),
  };
}

/** All declarations of each requirement, but those that were withdrawn after they were made. */
function requirementsOf(
  rows: readonly DeclaredRow[],
  withdrawals: readonly DeclaredRow[],
): ComplianceDeclared['requirements'] {
  const ends = withdrawals.map(
    ({ revision, data }): Recorded<RequirementWithdrawn> => ({ revision, data: JSON.parse(data) }),
  );
  const requirements = new Map<string, Versioned<RequirementDeclared>[]>();
  for (const [id, declarations] of Map.groupBy(rows, ({ id }) => id)) {
    const versions = declarations
      .map(
        ({ revision, data }, i): Versioned<RequirementDeclared> => ({
          revision,
          version: i + 1,
          data: JSON.parse(data),
        }),
      )
      .filter(
        ({ revision, data }) =>
          !ends.some((end) => end.data.requirement === id && end.data.from === data.from && end.revision > revision),
      );
    if (versions.length > 0) requirements.set(id, versions);
  }
  return requirements;
}
