import type { Ledger, NewEvent, RecordedEvent } from '../ledger/ledger.ts';
import type { Append } from './accepted.ts';
import type { Applied } from './applied.ts';
import type { Gauges } from './gauges.ts';
import type { SharedHead } from './shared_head.ts';

/** What a sequencer works with. */
export interface SequencerParts {
  readonly ledger: Ledger;
  readonly applied: Applied;
  readonly head: SharedHead;
  readonly keepBlob: Append['keepBlob'];
  /** Told of every failure that no client caused. */
  readonly onFailure: (error: unknown) => void;
  readonly gauges: Gauges;
  /** Given where other nodes append to the ledger, too. */
  readonly shared?: SharedLedger;
}

/** How a node shares the ledger with others. */
export interface SharedLedger {
  /** How long a command waits for its outcome before it is refused, in milliseconds. */
  readonly patience: number;
  /** How late an append can come to be stored after the time that it carries, clocks apart included; microseconds. */
  readonly lateness: number;
  /** Makes what the events name (blobs) durable for every node. */
  readonly publish: (events: readonly NewEvent[]) => Promise<void>;
  /** Fetches what decisions need of the events (blobs of documents), before they are applied. */
  readonly fetch: (events: readonly RecordedEvent[]) => Promise<void>;
}
