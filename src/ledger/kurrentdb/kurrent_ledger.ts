import type { Readable } from 'node:stream';
import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  type ResolvedEvent,
  START,
  type StreamingRead,
  StreamNotFoundError,
  type StreamSubscription,
  TimeoutError,
} from '@eventstore/db-client';
import { LedgerlineError } from '../../errors.ts';
import { type Head, type Ledger, type NewEvent, PORTION, type RecordedEvent } from '../ledger.ts';
import { recordedGoesBack, wrongExpectedRevision } from '../refusals.ts';
import type { KurrentAddress } from './address.ts';
import { Appender } from './appender.ts';
import { openClient } from './client.ts';
import { type Portions, portionsOf } from './event_stream.ts';
import { appendedBytes, endsAppend, fromKurrentEvent, toKurrentEvent } from './events.ts';
import { unreachable } from './timely.ts';
import { twice } from './twice.ts';

export interface KurrentOptions extends KurrentAddress {
  /** After how many milliseconds an append, or a reading that brings nothing, counts as not answered. */
  readonly timeoutMilliseconds: number;
  /** The server's limit for one append, in bytes: 1 MiB before version 24. */
  readonly mostAppendBytes: number;
}

/**
 * A ledger in one stream of a KurrentDB (EventStoreDB) cluster, for any number of writing nodes.
 *
 * Durability: an append that resolved is on a quorum of the cluster. Every read that a decision hangs on asks the
 * leader. What the cluster does not answer within the time given rejects with `unavailable`, or with the client's own
 * error: then the outcome of an append is unknown.
 */
export class KurrentLedger implements Ledger {
  readonly #options: KurrentOptions;
  readonly #appender: Appender;
  readonly #reader: EventStoreDBClient;
  #mostAppendBytes: number;
  /** The last event that this object has seen. */
  #seen: Head = { revision: -1, recorded: 0 };

  constructor(options: KurrentOptions) {
    this.#options = options;
    this.#mostAppendBytes = options.mostAppendBytes;
    this.#appender = new Appender(options.connection, options.timeoutMilliseconds);
    this.#reader = openClient(options.connection);
  }

  get mostAppendBytes(): number {
    return this.#mostAppendBytes;
  }

  bytesOf(event: NewEvent): number {
    return appendedBytes(event);
  }

  async head(): Promise<Head> {
    const { revision, recorded } = (await this.#one(END)) ?? { revision: -1, recorded: 0 };
    return { revision, recorded };
  }

  /** The event at a revision; undefined beyond the head. */
  eventAt(revision: number): Promise<RecordedEvent | undefined> {
    return this.#one(revision);
  }

  async append(expectedRevision: number, recorded: number, events: readonly NewEvent[]): Promise<void> {
    if (expectedRevision >= 0 && this.#seen.revision !== expectedRevision) await this.#one(expectedRevision);
    const { revision, recorded: before } = this.#seen;
    if (expectedRevision < -1 || (revision === expectedRevision && recorded <= before)) {
      const head = await this.head();
      if (head.revision !== expectedRevision) throw wrongExpectedRevision(expectedRevision, head.revision);
      throw recordedGoesBack(recorded);
    }
    await this.write(
      expectedRevision,
      events.map((event) => ({ ...event, recorded })),
    );
  }

  /**
   * Appends events with the times that they have, as `append` does. For copying a ledger: its events are to be behind
   * those of the stream.
   */
  async write(expectedRevision: number, events: readonly (NewEvent & { readonly recorded: number })[]): Promise<void> {
    const left = leftBehind(events);
    const proposed = events.map((event, i) => toKurrentEvent(event, event.recorded, left[i]!));
    const outcome = await this.#appender.append(this.#options.stream, expectedRevision, proposed);
    if (outcome === 'appended') {
      this.#seen = { revision: expectedRevision + events.length, recorded: events.at(-1)!.recorded };
      return;
    }
    if ('actual' in outcome) throw wrongExpectedRevision(expectedRevision, outcome.actual);
    this.#mostAppendBytes = Math.min(this.#mostAppendBytes, outcome.mostBytes);
    const message = `The server takes ${outcome.mostBytes} bytes in one append.`;
    throw new LedgerlineError('too_large', message, { rule: 'the largest append of the ledger' });
  }

  async *read(from: number, portion = PORTION): AsyncGenerator<readonly RecordedEvent[]> {
    const { first, portions } = await twice(async () => {
      const fromRevision = from <= 0 ? START : BigInt(from);
      const options = { direction: FORWARDS, fromRevision, ...LEADER } as const;
      const read = this.#reader.readStream(this.#options.stream, options, HELD);
      const portions = this.#recorded(read, from, { most: portion, full: true, ...this.#timed });
      return { first: await portions.next(), portions };
    });
    try {
      for (let next = first; !next.done; next = await portions.next()) yield next.value;
    } finally {
      await portions.return(undefined);
    }
  }

  async *subscribe(from: number, signal: AbortSignal): AsyncGenerator<readonly RecordedEvent[]> {
    for (let next = from; !signal.aborted; ) {
      const fromRevision = next <= 0 ? START : BigInt(next - 1);
      const subscription = this.#reader.subscribeToStream(this.#options.stream, { fromRevision, ...LEADER }, HELD);
      try {
        for await (const events of this.#recorded(subscription, next, { most: PORTION, signal }, true)) {
          next += events.length;
          yield events;
        }
        if (!signal.aborted) throw unreachable('the subscription has ended');
      } catch (error) {
        // Whoever takes his time is cut off from what comes live: then it begins again from where he is.
        if (!(error instanceof TimeoutError)) throw error;
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#appender.close(), this.#reader.dispose()]);
  }

  /** The event at a revision, or the last. */
  #one(revision: number | typeof END): Promise<RecordedEvent | undefined> {
    return twice(() => this.#readOne(revision));
  }

  async #readOne(revision: number | typeof END): Promise<RecordedEvent | undefined> {
    const fromRevision = revision === END ? END : BigInt(revision);
    const direction = revision === END ? BACKWARDS : FORWARDS;
    const { stream } = this.#options;
    const options = { direction, fromRevision, maxCount: 1, ...LEADER } as const;
    const read = this.#reader.readStream(stream, options, HELD);
    let found: RecordedEvent | undefined;
    for await (const [event] of this.#portions(read, { most: 1, ...this.#timed })) {
      found = fromKurrentEvent(event!, revision === END ? Number(event!.event?.revision) : revision);
      this.#see(found);
    }
    return found;
  }

  /** @param inAppends the last of an append that has not come whole is held back until it has */
  async *#recorded(
    stream: ClientStream,
    from: number,
    portions: Portions,
    inAppends = false,
  ): AsyncGenerator<readonly RecordedEvent[]> {
    let next = Math.max(from, 0);
    const open: RecordedEvent[] = [];
    for await (const read of this.#portions(stream, portions)) {
      for (const event of read) open.push(fromKurrentEvent(event, next++));
      const left = inAppends ? read.length - 1 - read.findLastIndex(endsAppend) : 0;
      if (left === read.length) continue;
      const portion = open.splice(0, open.length - left);
      this.#see(portion.at(-1)!);
      yield portion;
    }
  }

  /** A stream that does not exist is an empty one. */
  async *#portions(stream: ClientStream, portions: Portions): AsyncGenerator<ResolvedEvent[]> {
    try {
      // Its types are those of an older Node.
      yield* portionsOf(stream as unknown as Readable, portions);
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    } finally {
      // Where there is no connection there is nothing to cancel, and nothing to wait for.
      const ended = 'cancel' in stream ? stream.cancel() : stream.unsubscribe();
      ended.catch(() => {});
      // What has come already flows off; a stream that is destroyed would leave the client's own behind for ever.
      stream.resume();
    }
  }

  get #timed(): Pick<Portions, 'patience'> {
    const milliseconds = this.#options.timeoutMilliseconds;
    return { patience: { milliseconds, stall: () => unreachable(`a reading brought nothing for ${milliseconds} ms`) } };
  }

  #see({ revision, recorded }: Head): void {
    if (revision > this.#seen.revision) this.#seen = { revision, recorded };
  }
}

/** Of each event, how many of the same append stand behind it: they share the time recorded. */
function leftBehind(events: readonly { readonly recorded: number }[]): number[] {
  const left = events.map(() => 0);
  for (let i = events.length - 2; i >= 0; i--) {
    if (events[i]!.recorded === events[i + 1]!.recorded) left[i] = left[i + 1]! + 1;
  }
  return left;
}

type ClientStream = StreamingRead<ResolvedEvent> | StreamSubscription;

const LEADER = { requiresLeader: true } as const;
/** How many events wait in memory at most. */
const HELD = { highWaterMark: PORTION };
