import type { Agent, Statement } from '../xapi/statement.ts';
import type { ComplianceEventData } from './compliance_types.ts';
import type { LearningEventData } from './learning_types.ts';

/**
 * A statement was accepted. `statement` is complete: id, stored, timestamp, authority and version as every reader will
 * see them.
 */
export interface StatementStored {
  /** The credential's scope let it void statements of every authority. Present on voiding statements only. */
  readonly voidsAny?: true;
  /** The credential's scope lets the statement change how activities are described. */
  readonly defines?: true;
  /** The blobs of its attachments whose data came with it. */
  readonly blobs?: readonly AttachmentBlob[];
  readonly statement: Statement;
}

/** Names the blob that holds an attachment's data. */
export interface AttachmentBlob {
  /** As the attachment names it, in lower-case hex: SHA-224, 256, 384 or 512 of the data. */
  readonly sha2: string;
  readonly sha256: string;
  readonly length: number;
}

/** A credential was created. The secret itself is nowhere in the ledger. */
export interface CredentialIssued {
  readonly key: string;
  readonly secretHash: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** As `parseGrant` reads them. Absent: none. With roles, there may be no scopes. */
  readonly roles?: readonly string[];
  /** The agent that becomes the authority of what is stored with the credential. */
  readonly authority: Agent;
}

/** A credential ceased to be valid. */
export interface CredentialRevoked {
  readonly key: string;
}

export type DocumentResource = 'state' | 'activity-profile' | 'agent-profile';

/**
 * Which document. Agents are `agentKey`s, registrations are in lower case; what a resource has no use for is absent.
 */
export interface DocumentKey {
  readonly resource: DocumentResource;
  readonly activity?: string;
  readonly agent?: string;
  readonly registration?: string;
  /** The stateId or profileId. */
  readonly id: string;
}

/**
 * A document's bytes: as text where they are UTF-8, in base64 where not, or the blob that holds them where they are
 * large.
 */
export type DocumentContent =
  | { readonly text: string }
  | { readonly base64: string }
  | { readonly sha256: string; readonly length: number };

/**
 * A document was written: this is its content from now on, also when it came of merging what was posted into the one
 * before.
 */
export interface DocumentStored {
  readonly key: DocumentKey;
  readonly contentType: string;
  /** Of the content, in hex. */
  readonly sha1: string;
  readonly merged?: true;
  readonly content: DocumentContent;
}

/** A document was deleted or, without `id`, all of a context: all whose keys have the members named. */
export interface DocumentsDeleted {
  readonly key: Omit<DocumentKey, 'id'> & { readonly id?: string };
  /** Only those that this credential has written. */
  readonly onlyOf?: string;
}

/** Every event type at its current version. The schema of `T` version `N` is `schemas/events/T.vN.json`. */
export interface EventData extends LearningEventData, ComplianceEventData {
  'statement-stored': StatementStored;
  'credential-issued': CredentialIssued;
  'credential-revoked': CredentialRevoked;
  'document-stored': DocumentStored;
  'documents-deleted': DocumentsDeleted;
}

export type EventType = keyof EventData;
