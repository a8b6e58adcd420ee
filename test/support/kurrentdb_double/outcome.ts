import type { Expected, ProposedEvent, Written } from './streams.ts';

/** An append as a client asked for it, plain or batch. */
export interface ProposedAppend {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: readonly ProposedEvent[];
  /** The client accepts no node but the leader. */
  readonly requiresLeader: boolean;
}

/** Where a node of a cluster is to be found. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What a node answers to an append. */
export type Outcome =
  | Written
  | { readonly kind: 'append too large'; readonly limit: number }
  | { readonly kind: 'not leader'; readonly leader: Endpoint }
  /** The node has no leader. */
  | { readonly kind: 'not ready' }
  /** The server gave up waiting for the append to be written, or replicated. */
  | { readonly kind: 'timed out' }
  /** The call ends, as when something between client and node fails. */
  | { readonly kind: 'unavailable' }
  /** There is no answer, ever. */
  | { readonly kind: 'silence' };

/** What counts for the limit of one append: bytes of data and metadata, and two for each character of the type. */
export function sizeOf(events: readonly ProposedEvent[]): number {
  return events.reduce((sum, { type, data, metadata }) => sum + data.length + metadata.length + 2 * type.length, 0);
}
