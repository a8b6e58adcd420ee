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
 * revocation stands beside the decision's versions, and ends those before it.
 */
export type PolicyKind = 'agency' | 'platform' | 'course' | 'equivalence' | 'equivalence-revoked';

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

function declared(kind: PolicyKind, id: string, { revision, data }: ProjectedEvent<object>): Change[] {
  const { request: _, ...said } = data as { request?: unknown };
  return [{ table: 'policy', put: { kind, id, revision, data: JSON.stringify(said) } }];
}
