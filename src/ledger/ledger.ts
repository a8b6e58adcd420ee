/** An event as it is handed to the ledger. */
export interface NewEvent {
  /** A UUID, drawn once for the accepted command and kept over every retry of its append. */
  readonly id: string;
  /** The event type, like `statement-stored`; with `version` it names the schema of `data`. */
  readonly type: string;
  readonly version: number;
  /** Who: the key of the credential that asked for it, or `operator`. */
  readonly credential: string;
  /** Opaque to the ledger: what is handed in is, byte for byte, what is stored, read, copied and hashed. */
  readonly data: Uint8Array;
}

/** An event as the ledger holds it: for ever, and never changed. */
export interface RecordedEvent extends NewEvent {
  /** Dense: the first event of a ledger has revision 0, each following one exactly 1 more. */
  readonly revision: number;
  /**
   * Microseconds since 1970-01-01T00:00:00Z; shared by all events of one append, and later than in any append before.
   */
  readonly recorded: number;
}

/** The end of the ledger. An empty ledger has revision -1 and recorded 0. */
export interface Head {
  readonly revision: number;
  readonly recorded: number;
}

/**
 * One totally ordered, append-only stream of events: the truth of the store. Engines: `SqliteLedger`, `MemoryLedger`,
 * `KurrentLedger`.
 *
 * Order: revisions are dense, and reading gives events in their order, with no gap, however writers interleave.
 * Atomicity: an append is stored whole or not at all, and no reader ever sees a part of one. Durability: when `append`
 * resolves, its events survive whatever the engine promises to survive (each engine says what).
 */
export interface Ledger {
  /** The last event's revision and time; never behind an append that has resolved. */
  head(): Promise<Head>;

  /**
   * Appends `events` (one or more) in their order behind `expectedRevision`, stamped with `recorded`.
   *
   * Rejects with `wrong_expected_revision` when the head is another one, and with `too_large` when there are more bytes
   * than `mostAppendBytes` (which then says what the limit is): then nothing was stored. Any other rejection
   * leaves the outcome unknown: the caller reads on from `expectedRevision + 1` and looks for its own event ids before
   * it appends again.
   */
  append(expectedRevision: number, recorded: number, events: readonly NewEvent[]): Promise<void>;

  /**
   * Events from revision `from` to the head as it is when the reading gets there, in portions of up to `portion`
   * events.
   */
  read(from: number, portion?: number): AsyncIterable<readonly RecordedEvent[]>;

  /**
   * Events from revision `from`, then every later one as it is appended, until `signal` aborts; then the iteration
   * ends. The consumer sets the pace: what it has not asked for stays in the ledger, not in memory. What was appended
   * together comes in one portion.
   */
  subscribe(from: number, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]>;

  /** The most bytes, by `bytesOf`, that one append may have; undefined: there is no limit. */
  readonly mostAppendBytes?: number;

  /** How many bytes an event takes of an append's limit. */
  bytesOf?(event: NewEvent): number;

  /** Releases files and connections. What was appended stays as durable as it was. */
  close(): Promise<void>;
}

/**
 * How many events a portion of `read` and `subscribe` holds unless told: few enough to be garbage again before they have
 * been moved twice by its collector. Of a thousand it would take half as much time again.
 */
export const PORTION = 200;
