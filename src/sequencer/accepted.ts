import { encode } from '../events/codec.ts';
import type { DocumentKey, EventData, EventType } from '../events/types.ts';
import type { NewEvent } from '../ledger/ledger.ts';
import type { LearningKnowledge } from './learning_knowledge.ts';

/** What decisions about people, policy, certificates and compliance see. */
export interface Learned {
  readonly learning: LearningKnowledge;
}

/** What decisions see: everything that is applied, and what the group has accepted so far. */
export interface Knowledge extends Learned {
  /** The data of the event that stored a statement (id in lower case), or undefined. */
  statement(id: string): Uint8Array | undefined;
  /** Whether a credential was ever issued, and is not revoked. */
  credential(key: string): 'unknown' | 'valid' | 'revoked';
  document(key: DocumentKey): KnownDocument | undefined;
  /** How many documents have keys with all the members of `key`. */
  countDocuments(key: Omit<DocumentKey, 'id'>, onlyOf: string | undefined): number;
}

export interface KnownDocument {
  readonly contentType: string;
  /** SHA-1 of the content in hex. */
  readonly etag: string;
  /** Who wrote it last. */
  readonly credential: string;
  /** Reads the content: from the row, or from its blob. */
  readonly content: () => Uint8Array;
}

/** What a command becomes when it is accepted: events, none when everything it asks for is already so. */
export interface Accepted {
  readonly events: readonly NewEvent[];
  /** With which revision the command is answered when that is not its last event's: it was answered before. */
  readonly answeredWith?: number;
  /** When the events store statements, one each. */
  readonly statements?: {
    /** In lower case. */
    readonly ids: readonly string[];
    /** For the tail: JSON text of `StatementKeys[]`. */
    readonly keys: string;
  };
}

/** What the sequencer gives to a decision. */
export interface Append {
  /** The time that the append will carry: 27 characters. */
  readonly time: string;
  /** The last revision before the command's events. */
  readonly lastRevision: number;
  /** The id of the command's i-th event: drawn once, and the same when the command is decided again. */
  eventId(i: number): string;
  /** Keeps bytes too large for an event as a blob, durably. */
  keepBlob(bytes: Uint8Array): { readonly sha256: string; readonly length: number };
}

/** One event as the whole of what a command becomes. */
export function one<T extends EventType>(type: T, credential: string, data: EventData[T], append: Append): Accepted {
  return { events: [{ id: append.eventId(0), type, credential, ...encode(type, data) }] };
}
