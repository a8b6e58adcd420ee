import type {
  LadderDeclared,
  PathDeclared,
  ProgrammeDeclared,
  RequirementDeclared,
  RequirementWithdrawn,
  SnapshotFrozen,
  WaiverGranted,
  WaiverWithdrawn,
} from '../src/events/compliance_types.ts';
import type {
  AgencyDeclared,
  CourseDeclared,
  EquivalenceDecided,
  EquivalenceRevoked,
  PlatformDeclared,
} from '../src/events/learning_types.ts';
import type { Change, ProjectedEvent } from './change.ts';

/**
 * What is declared, with every version of it: an answer as known at a revision takes the last version up to it. A
 * revocation stands beside the decision's versions, and ends those before it; so does what withdraws a waiver or what
 * was declared of a requirement. Declarations of one requirement are told apart by their `from`.
 */
export type PolicyKind =
  | 'agency'
  | 'platform'
  | 'course'
  | 'equivalence'
  | 'equivalence-revoked'
  | 'ladder'
  | 'requirement'
  | 'requirement-withdrawn'
  | 'waiver'
  | 'waiver-withdrawn'
  | 'path'
  | 'programme'
  | 'snapshot';

export const projectAgencyDeclared = (event: ProjectedEvent<AgencyDeclared>) =>
  declared('agency', event.data.agency, event);
export const projectPlatformDeclared = (event: ProjectedEvent<PlatformDeclared>) =>
  declared('platform', event.data.platform, event);
export const projectCourseDeclared = (event: ProjectedEvent<CourseDeclared>) =>
  declared('course', event.data.course, event);
export const projectEquivalenceDecided = (event: ProjectedEvent<EquivalenceDecided>) =>
  declared('equivalence', event.data.decision, event);
export const projectEquivalenceRevoked = (event: ProjectedEvent<EquivalenceRevoked>) =>
  declared('equivalence-revoked', event.data.decision, event);
export const projectLadderDeclared = (event: ProjectedEvent<LadderDeclared>) =>
  declared('ladder', event.data.ladder, event);
export const projectRequirementDeclared = (event: ProjectedEvent<RequirementDeclared>) =>
  declared('requirement', event.data.requirement, event);
export const projectRequirementWithdrawn = (event: ProjectedEvent<RequirementWithdrawn>) =>
  declared('requirement-withdrawn', event.data.requirement, event);
export const projectWaiverGranted = (event: ProjectedEvent<WaiverGranted>) =>
  declared('waiver', event.data.waiver, event);
export const projectWaiverWithdrawn = (event: ProjectedEvent<WaiverWithdrawn>) =>
  declared('waiver-withdrawn', event.data.waiver, event);
export const projectPathDeclared = (event: ProjectedEvent<PathDeclared>) => declared('path', event.data.path, event);
export const projectProgrammeDeclared = (event: ProjectedEvent<ProgrammeDeclared>) =>
  declared('programme', event.data.programme, event);
export const projectSnapshotFrozen = (event: ProjectedEvent<SnapshotFrozen>) =>
  declared('snapshot', event.data.snapshot, event);

function declared(kind: PolicyKind, id: string, { revision, data }: ProjectedEvent<object>): Change[] {
  const { request: _, ...said } = data as { request?: unknown };
  return [{ table: 'policy', put: { kind, id, revision, data: JSON.stringify(said) } }];
}
