import type { Endpoint, Outcome } from './outcome.ts';
import type { ProposedEvent, Written } from './streams.ts';

/** What goes wrong with an append, plain or batch. A time to wait for is a function, called when the append has come. */
export type AppendFault =
  | 'never answered, not stored'
  | 'never answered, stored'
  | 'unavailable, not stored'
  | 'unavailable, stored'
  | 'timed out, not stored'
  | 'timed out, stored'
  /** Every connection of the node is reset. */
  | 'connection dropped, not stored'
  | 'connection dropped, stored'
  | 'wrong expected revision, stored'
  /** The node says that it has no leader. Not stored. */
  | 'not ready'
  /** The node names another as leader. Not stored. */
  | { readonly notLeader: Endpoint }
  /** Stored at once, answered later. */
  | { readonly answeredAfter: () => Promise<unknown> }
  /** Reported unavailable at once, stored later if it then still fits. */
  | { readonly storedAfter: () => Promise<unknown> }
  /** Another writer's event gets into the stream just before; then the append goes its way. */
  | { readonly another: ProposedEvent };

/** What a fault can do to the node and the append. */
export interface Affected {
  store(): Written;
  storeAnother(event: ProposedEvent): void;
  dropConnections(): void;
}

const UNAVAILABLE: Outcome = { kind: 'unavailable' };
const SILENCE: Outcome = { kind: 'silence' };
const TIMED_OUT: Outcome = { kind: 'timed out' };

/** Lets `fault` happen to an append, and returns what the client is told. */
export async function suffer(fault: AppendFault, append: Affected): Promise<Outcome> {
  switch (fault) {
    case 'never answered, stored':
      append.store();
      return SILENCE;
    case 'never answered, not stored':
      return SILENCE;
    case 'unavailable, stored':
      append.store();
      return UNAVAILABLE;
    case 'unavailable, not stored':
      return UNAVAILABLE;
    case 'timed out, stored':
      append.store();
      return TIMED_OUT;
    case 'timed out, not stored':
      return TIMED_OUT;
    case 'connection dropped, stored':
      append.store();
      append.dropConnections();
      return SILENCE;
    case 'connection dropped, not stored':
      append.dropConnections();
      return SILENCE;
    case 'wrong expected revision, stored': {
      const written = append.store();
      return written.kind === 'appended' ? { kind: 'wrong expected revision', current: written.revision } : written;
    }
    case 'not ready':
      return { kind: 'not ready' };
  }
  if ('notLeader' in fault) return { kind: 'not leader', leader: fault.notLeader };
  if ('answeredAfter' in fault) {
    const written = append.store();
    await fault.answeredAfter();
    return written;
  }
  if ('storedAfter' in fault) {
    void fault.storedAfter().then(append.store);
    return UNAVAILABLE;
  }
  append.storeAnother(fault.another);
  return append.store();
}
