import type { EventData, EventType } from '../src/events/types.ts';
import type { Change, ProjectedEvent } from './change.ts';
import { projectCredentialIssued, projectCredentialRevoked } from './credentials.ts';
import { projectDocumentStored, projectDocumentsDeleted } from './documents.ts';

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
// Statements have a file and a way of their own: `statement_index.ts` and `learner_history.ts`.
