import { type EventStoreDBClient, TimeoutError } from '@eventstore/db-client';
import { LedgerlineError } from '../../errors.ts';
import { type Head, type Ledger, type NewEvent, PORTION, type RecordedEvent } from '../ledger.ts';
import { recordedGoesBack, wrongExpectedRevision } from '../refusals.ts';
import type { KurrentAddress } from './address.ts';
import { Appender } from './appender.ts';
import { openClient } from './client.ts';
import { appendedBytes, fromKurrentEvent, toKurrentEvent } from './events.ts';
import type { Asked } from './read_request.ts';
import { type Portions, readEvents } from './reading.ts';
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
    const { revision, recorded } = (await this.#one('last')) ?? { revision: -1, recorded: 0 };
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
      const portions = this.#recorded({ from: Math.max(from, 0) }, { most: portion, full: true, ...this.#timed });
      return { first: await portions.next(), portions };
    });
    try {
      for (let next = first; !next.done; next = await portions.next()) yield next.value;
    } finally {
      await portions.return(undefined);
    }
  }

  async *subscribe(from: number, signal: AbortSignal): AsyncGenerator<readonly RecordedEvent[]> {
    for (let next = Math.max(from, 0); !signal.aborted; ) {
      try {
        for await (const events of this.#recorded({ from: next, isLive: true }, { most: PORTION, signal })) {
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
  #one(revision: number | 'last'): Promise<RecordedEvent | undefined> {
    return twice(() => this.#readOne(revision));
  }

  async #readOne(from: number | 'last'): Promise<RecordedEvent | undefined> {
    const { stream } = this.#options;
    const asked = { stream, from, count: 1 };
    let found: RecordedEvent | undefined;
    for await (const [stored] of readEvents(this.#reader, asked, { most: 1, ...this.#timed })) {
      found = fromKurrentEvent(stored!, from === 'last' ? stored!.revision : from).event;
      this.#see(found);
    }
    return found;
  }

  /** Of what is live, the last of an append that has not come whole is held back until it has. */
  async *#recorded(
    { from, isLive = false }: { readonly from: number } & Pick<Asked, 'isLive'>,
    portions: Portions,
  ): AsyncGenerator<readonly RecordedEvent[]> {
    let next = from;
    let open: RecordedEvent[] = [];
    for await (const stored of readEvents(this.#reader, { stream: this.#options.stream, from, isLive }, portions)) {
      let whole = 0;
      for (const one of stored) {
        const { event, left } = fromKurrentEvent(one, next++);
        open.push(event);
        if (!isLive || left === 0) whole = open.length;
      }
      if (whole === 0) continue;
      const portion = open;
      open = portion.splice(whole);
      this.#see(portion.at(-1)!);
      yield portion;
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
