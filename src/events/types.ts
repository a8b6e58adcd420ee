import type { Agent, Statement } from '../xapi/statement.ts';

/** A statement was accepted. `statement` is complete: id, stored, timestamp, authority and version as every reader will see them. */
export interface StatementStored {
  /** The credential's scope let it void statements of every authority. Present on voiding statements only. */
  readonly voidsAny?: true;
  readonly statement: Statement;
}

/** A credential was created. The secret itself is nowhere in the ledger. */
export interface CredentialIssued {
  readonly key: string;
  readonly secretHash: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** The agent that becomes the authority of what is stored with the credential. */
  readonly authority: Agent;
}

/** A credential ceased to be valid. */
export interface CredentialRevoked {
  readonly key: string;
}

/** Every event type at its current version. The schema of `T` version `N` is `schemas/events/T.vN.json`. */
export interface EventData {
  'statement-stored': StatementStored;
  'credential-issued': CredentialIssued;
  'credential-revoked': CredentialRevoked;
}

export type EventType = keyof EventData;
