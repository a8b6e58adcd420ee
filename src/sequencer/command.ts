import type { ErrorCode, ErrorDetails } from '../errors.ts';
import type { CredentialIssued, CredentialRevoked } from '../events/types.ts';

/**
 * Statements to be stored together or not at all, as the HTTP thread hands them over: the bytes of their events and the few keys that the decision
 * needs, so that no statement is parsed twice.
 */
export interface StoreStatements {
  readonly kind: 'store-statements';
  readonly credential: string;
  /** The events' data, one behind the other; the i-th ends before `ends[i]`. Their times are `UNSTAMPED`. */
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
  readonly entries: readonly StatementEntry[];
  /** Whether the request's body was an array: then a refusal points into it. */
  readonly batch: boolean;
  /** The JSON text of the statements' `StatementKeys[]`. */
  readonly keys: string;
}

export interface StatementEntry {
  /** In lower case. */
  readonly id: string;
  /** The statement came without a timestamp: it gets the time of the append. */
  readonly stampTimestamp: boolean;
  /** For a voiding statement the id of its target, in lower case. */
  readonly voids?: string;
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

export type Command = StoreStatements | IssueCredential | RevokeCredential;

/** What became of a command: everything it asked for is durable, or nothing of it was stored. */
export type Outcome = { readonly revision: number } | { readonly error: RefusedCommand };

/** A `LedgerlineError` on its way between threads. */
export interface RefusedCommand {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}
