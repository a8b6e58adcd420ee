import type { ErrorCode, ErrorDetails } from '../errors.ts';
import type { ComplianceEventData } from '../events/compliance_types.ts';
import type { LearningEventData, RequestMark } from '../events/learning_types.ts';
import type { CredentialIssued, CredentialRevoked, DocumentKey, DocumentsDeleted } from '../events/types.ts';
import type { PreconditionHeaders } from '../xapi/preconditions.ts';
import type { XapiVersion } from '../xapi/version.ts';

/**
 * Statements to be stored together or not at all, as the HTTP thread hands them over: the texts of their events and the
 * few keys that the decision needs, so that no statement is parsed twice.
 */
export interface StoreStatements {
  readonly kind: 'store-statements';
  readonly credential: string;
  /** The statements' ids, in lower case. */
  readonly ids: readonly string[];
  /** The texts of the events' data; their times are `UNSTAMPED`. */
  readonly texts: readonly string[];
  /** Which statements came without a timestamp: they get the time of the append. */
  readonly untimed: readonly number[];
  /** Which statements void another, with the id of that, in lower case. */
  readonly voidings: readonly (readonly [i: number, target: string])[];
  /** Whether the request's body was an array: then a refusal points into it. */
  readonly batch: boolean;
  /** The statements' keys, as `keysText` gives them. */
  readonly keys: string;
}

export interface IssueCredential {
  readonly kind: 'issue-credential';
  readonly credential: string;
  readonly data: CredentialIssued;
}

export interface RevokeCredential {
  readonly kind: 'revoke-credential';
  readonly credential: string;
  readonly data: CredentialRevoked;
}

/** A PUT or POST of a document. */
export interface WriteDocument {
  readonly kind: 'write-document';
  readonly credential: string;
  readonly method: 'PUT' | 'POST';
  readonly version: XapiVersion;
  readonly key: DocumentKey;
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly preconditions: PreconditionHeaders;
  /** The most bytes that a document may have, merged too. */
  readonly limit: number;
  /** The credential may not touch what another has written. */
  readonly onlyOwn: boolean;
}

/** A DELETE of a document or, where the key has no id, of all of its context. */
export interface DeleteDocuments {
  readonly kind: 'delete-documents';
  readonly credential: string;
  readonly version: XapiVersion;
  readonly key: DocumentsDeleted['key'];
  readonly preconditions: PreconditionHeaders;
  readonly onlyOwn: boolean;
}

/** The data of the events about people, policy, certificates and compliance. */
export type LearningData = LearningEventData & ComplianceEventData;

export type LearningAction = {
  readonly [T in keyof LearningData]: { readonly type: T; readonly data: LearningData[T] };
}[keyof LearningData];

/** Something to be recorded about people, policy, certificates or compliance, by the event that would say so. */
export interface LearningCommand {
  readonly kind: 'learning';
  readonly credential: string;
  readonly action: LearningAction;
  /** The request's idempotency key, and what it asked. */
  readonly mark?: RequestMark | undefined;
  /** The revision that the client has seen of what it changes. */
  readonly ifMatch?: number | undefined;
}

export type Command =
  | StoreStatements
  | WriteDocument
  | DeleteDocuments
  | IssueCredential
  | RevokeCredential
  | LearningCommand;

/** What became of a command: everything it asked for is durable, or nothing of it was stored. */
export type Outcome = { readonly revision: number } | { readonly error: RefusedCommand };

/** A `LedgerlineError` on its way between threads. */
export interface RefusedCommand {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}
