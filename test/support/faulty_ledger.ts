import { randomUUID } from 'node:crypto';
import type { Head, Ledger, NewEvent, RecordedEvent } from '../../src/ledger/ledger.ts';

/** What happens to an append, or to a reading, instead of going as it should. */
export type Fault =
  /** It is not stored, and the writer is told that it failed. */
  | 'fails'
  /** It is stored, and the writer is told that it failed. */
  | 'stored, but reported failed'
  /** The writer is told that it failed; it is stored after he has looked, and before his next append. */
  | 'stored late, and reported failed'
  /** Another writer appends just before. */
  | { readonly another: NewEvent };

/** A ledger whose appends and readings go wrong as a test has planned. */
export class FaultyLedger implements Ledger {
  readonly #inner: Ledger;
  /** What goes wrong with the next appends, one after the other; what comes behind goes right. */
  readonly faults: (Fault | undefined)[] = [];
  /** How many of the next readings fail. */
  failingReads = 0;
  #late: (() => Promise<void>) | undefined;

  constructor(inner: Ledger) {
    this.#inner = inner;
  }

  head(): Promise<Head> {
    return this.#inner.head();
  }

  async append(expectedRevision: number, recorded: number, events: readonly NewEvent[]): Promise<void> {
    const append = () => this.#inner.append(expectedRevision, recorded, events);
    await this.#late?.();
    this.#late = undefined;
    const fault = this.faults.shift();
    if (fault === 'fails') throw new Error('the disk is full');
    if (fault === 'stored late, and reported failed') {
      const copies = events.map((event) => ({ ...event, data: event.data.slice() }));
      this.#late = () => this.#inner.append(expectedRevision, recorded, copies);
      throw new Error('the connection is slow');
    }
    if (typeof fault === 'object') await this.appendOfAnother(fault.another);
    await append();
    if (fault === 'stored, but reported failed') throw new Error('the connection broke');
  }

  /** Appends as a writer that this store knows nothing of. */
  async appendOfAnother(event: NewEvent): Promise<void> {
    const { revision, recorded } = await this.#inner.head();
    await this.#inner.append(revision, recorded + 1, [{ ...event, id: randomUUID() }]);
  }

  async *read(from: number, portion?: number): AsyncGenerator<readonly RecordedEvent[]> {
    if (this.failingReads > 0) {
      this.failingReads -= 1;
      throw new Error('the ledger cannot be read');
    }
    yield* this.#inner.read(from, portion);
  }

  subscribe(from: number, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]> {
    return this.#inner.subscribe(from, signal);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
