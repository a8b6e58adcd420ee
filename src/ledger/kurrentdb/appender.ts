import {
  type EventData,
  type EventStoreDBClient,
  MaxAppendSizeExceededError,
  NO_STREAM,
  NotLeaderError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { openClient } from './client.ts';
import { timely } from './timely.ts';

/** How an append ended, where that is known; in every other case it throws, and the outcome is unknown. */
export type Appended =
  | 'appended'
  | { readonly actual: number }
  /** The server takes only so many bytes in one append. */
  | { readonly mostBytes: number };

/** How an append ended that was refused; undefined: the error leaves its outcome unknown. */
export function knownOutcome(error: unknown): Appended | undefined {
  if (error instanceof WrongExpectedVersionError) {
    return { actual: typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) : -1 };
  }
  return error instanceof MaxAppendSizeExceededError ? { mostBytes: error.maxAppendSize } : undefined;
}

/** A server whose clock is ahead must not take an append for late: the client sends its own time with it. */
const NEVER_TOO_LATE_MILLISECONDS = 365 * 86_400_000;

/**
 * Appends to streams, one append at a time for each appender. Batch appends, which the client makes unless told
 * otherwise, are half as fast again as plain ones and have no deadline; so a timer runs beside each, and the client of
 * one that ran out is thrown away before another takes its place. All clients of a thread share what waits for
 * answers: a thread must have one appender.
 */
export class Appender {
  readonly #connection: string;
  readonly #timeoutMilliseconds: number;
  #client: EventStoreDBClient | undefined;

  /** @param timeoutMilliseconds after which an append counts as one of unknown outcome */
  constructor(connection: string, timeoutMilliseconds: number) {
    this.#connection = connection;
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  /** @throws whatever leaves the outcome unknown: `unavailable` after the time-out, or an error of the client */
  async append(stream: string, expectedRevision: number, events: readonly EventData[]): Promise<Appended> {
    this.#client ??= openClient(this.#connection);
    try {
      const answer = this.#client.appendToStream(stream, events as EventData[], {
        expectedRevision: expectedRevision < 0 ? NO_STREAM : BigInt(expectedRevision),
        deadline: NEVER_TOO_LATE_MILLISECONDS,
        requiresLeader: true,
      });
      await timely(answer, this.#timeoutMilliseconds, 'an append');
      return 'appended';
    } catch (error) {
      const known = knownOutcome(error);
      if (known !== undefined) return known;
      // The client goes to the leader that this error names; after any other it may be of no more use.
      if (!(error instanceof NotLeaderError)) await this.close();
      throw error;
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.dispose();
  }
}
