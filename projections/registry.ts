import type { EventData, EventType } from '../src/events/types.ts';
import {
  projectCertificateRecorded,
  projectCertificateRefused,
  projectCertificateVerified,
  projectCertificateWithdrawn,
} from './certificates.ts';
import type { Change, ProjectedEvent } from './change.ts';
import { projectCredentialIssued, projectCredentialRevoked } from './credentials.ts';
import { projectDocumentStored, projectDocumentsDeleted } from './documents.ts';
import {
  projectAccountClaimed,
  projectAccountLinked,
  projectAccountUnlinked,
  projectClaimRefused,
  projectFactsRecorded,
  projectPersonsMerged,
  projectPersonsUnmerged,
} from './people.ts';
import {
  projectAgencyDeclared,
  projectCourseDeclared,
  projectEquivalenceDecided,
  projectEquivalenceRevoked,
  projectLadderDeclared,
  projectPathDeclared,
  projectPlatformDeclared,
  projectProgrammeDeclared,
  projectRequirementDeclared,
  projectRequirementWithdrawn,
  projectSnapshotFrozen,
  projectWaiverGranted,
  projectWaiverWithdrawn,
} from './policy.ts';
import { marked, projectRequestAnswered } from './requests.ts';

/** For each event type that concerns a file of the read store, the changes that an event makes to its rows. */
export type RowProjections = {
  readonly [T in EventType]?: (event: ProjectedEvent<EventData[T]>) => Change[];
};

/** Who may use the store. */
export const IDENTITY: RowProjections = {
  'credential-issued': projectCredentialIssued,
  'credential-revoked': projectCredentialRevoked,
};

/** The documents of the state and profile resources. */
export const DOCUMENTS: RowProjections = {
  'document-stored': projectDocumentStored,
  'documents-deleted': projectDocumentsDeleted,
};

/** People, policy and certificates: what is learned, and what it counts for. */
export const LEARNING: RowProjections = {
  'request-answered': projectRequestAnswered,
  'agency-declared': marked(projectAgencyDeclared),
  'platform-declared': marked(projectPlatformDeclared),
  'course-declared': marked(projectCourseDeclared),
  'equivalence-decided': marked(projectEquivalenceDecided),
  'equivalence-revoked': marked(projectEquivalenceRevoked),
  'facts-recorded': marked(projectFactsRecorded),
  'account-linked': marked(projectAccountLinked),
  'account-unlinked': marked(projectAccountUnlinked),
  'account-claimed': marked(projectAccountClaimed),
  'claim-refused': marked(projectClaimRefused),
  'persons-merged': marked(projectPersonsMerged),
  'persons-unmerged': marked(projectPersonsUnmerged),
  'certificate-recorded': marked(projectCertificateRecorded),
  'certificate-verified': marked(projectCertificateVerified),
  'certificate-refused': marked(projectCertificateRefused),
  'certificate-withdrawn': marked(projectCertificateWithdrawn),
  'ladder-declared': marked(projectLadderDeclared),
  'requirement-declared': marked(projectRequirementDeclared),
  'requirement-withdrawn': marked(projectRequirementWithdrawn),
  'waiver-granted': marked(projectWaiverGranted),
  'waiver-withdrawn': marked(projectWaiverWithdrawn),
  'path-declared': marked(projectPathDeclared),
  'programme-declared': marked(projectProgrammeDeclared),
  'snapshot-frozen': marked(projectSnapshotFrozen),
};
// Statements have a file and a way of their own: `statement_index.ts` and `learner_history.ts`.
