import type { EventData, EventType } from '../src/events/types.ts';
import type { Change } from './change.ts';
import { projectCredentialIssued, projectCredentialRevoked } from './credentials.ts';

/**
 * The projections of the identity file: for each event type that concerns it, the changes that an event makes. (Statements have a file of their own:
 * `statement_index` and `learner_history`.)
 */
export const IDENTITY: { readonly [T in EventType]?: (revision: number, data: EventData[T]) => Change[] } = {
  'credential-issued': projectCredentialIssued,
  'credential-revoked': projectCredentialRevoked,
};
