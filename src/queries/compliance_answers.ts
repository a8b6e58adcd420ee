import { requirementsOf } from '../compliance/evaluate.ts';
import { type Explained, explain } from '../compliance/explain.ts';
import type { Interval } from '../compliance/model.ts';
import { timelineOf } from '../compliance/timeline.ts';
import type { Day } from '../events/learning_types.ts';
import { certificatesOf } from '../learning/certificates.ts';
import { recognise } from '../learning/recognition.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import { type AskedLearner, dayAsked, zoneOf } from './asked_day.ts';
import { assignmentsAt, isIn } from './assignments.ts';
import type { Learner } from './learner.ts';
import { policyAt } from './policy_at.ts';
import { visibleLearner } from './visible_learner.ts';

/** What the HTTP side asks of one learner's compliance. */
export type ComplianceRequest = {
  readonly kind: 'compliance';
  /** Only this agency, only this requirement. */
  readonly agency: string | undefined;
  readonly requirement: string | undefined;
  /** Whether each status comes with those of all other days. */
  readonly timeline: boolean;
} & AskedLearner;

/** How a learner stands in each agency that they are in on the day: the agency's own day. */
export interface ComplianceAnswer extends Learner {
  readonly agencies: readonly {
    readonly agency: string;
    readonly asOf: Day;
    readonly statuses: readonly (Explained & { readonly timeline?: readonly Interval[] })[];
  }[];
}

/** Undefined: there is no such learner, or who asks may not know of them on the day. */
export function complianceAnswer(
  snapshot: Snapshot,
  asked: ComplianceRequest,
): ComplianceAnswer | 'no such agency' | undefined {
  const { knownAt } = asked;
  const known = policyAt(snapshot, knownAt);
  const { policy, catalogue, compliance } = known;
  if (asked.agency !== undefined && !policy.agencies.has(asked.agency)) return 'no such agency';
  const visible = visibleLearner(snapshot, asked, zoneOf(policy, asked.agency ?? null));
  if (visible === undefined) return undefined;
  const { asOf: _, ...learner } = visible;
  const { person, assignments } = assignmentsAt(snapshot, learner, known, knownAt);
  const agencies = assignments.flatMap((assignment) => {
    const { agency } = assignment;
    if (asked.agency !== undefined && asked.agency !== agency) return [];
    const zone = zoneOf(policy, agency);
    const asOf = dayAsked(asked, zone);
    if (!isIn(assignment, asOf)) return [];
    const recognised = recognise(certificatesOf(person.record, catalogue, { asOf, zone }), catalogue, { agency, asOf });
    const statuses = requirementsOf(agency, compliance)
      .filter((requirement) => asked.requirement === undefined || asked.requirement === requirement)
      .flatMap((requirement) => {
        const explained = explain(requirement, assignment, compliance, asOf, recognised);
        if (explained === undefined) return [];
        if (!asked.timeline) return [explained];
        const terms = compliance.terms.get(requirement)!;
        return [{ ...explained, timeline: timelineOf(requirement, terms, assignment, compliance) }];
      });
    return [{ agency, asOf, statuses }];
  });
  return { ...learner, agencies };
}
