import { AppendSignal } from './append_signal.ts';
import { type Head, type Ledger, type NewEvent, PORTION, type RecordedEvent } from './ledger.ts';
import { recordedGoesBack, wrongExpectedRevision } from './refusals.ts';
import { wholeAppends } from './whole_appends.ts';

/** The ledger in memory, for tests and trials. Durability: none; everything is gone with the object. */
export class MemoryLedger implements Ledger {
  readonly #events: RecordedEvent[] = [];
  readonly #appended = new AppendSignal();

  async head(): Promise<Head> {
    const last = this.#events.at(-1);
    return { revision: last?.revision ?? -1, recorded: last?.recorded ?? 0 };
  }

  async append(expectedRevision: number, recorded: number, events: readonly NewEvent[]): Promise<void> {
    const actual = this.#events.length - 1;
    if (actual !== expectedRevision) throw wrongExpectedRevision(expectedRevision, actual);
    if (recorded <= (this.#events.at(-1)?.recorded ?? 0)) throw recordedGoesBack(recorded);
    for (const event of events) {
      this.#events.push({ ...event, data: event.data.slice(), revision: this.#events.length, recorded });
    }
    this.#appended.notify();
  }

  async *read(from: number, portion = PORTION): AsyncGenerator<readonly RecordedEvent[]> {
    for (let next = from; next < this.#events.length; ) {
      const events = this.#events.slice(next, next + portion);
      next += events.length;
      yield events;
    }
  }

  async *subscribe(from: number, signal: AbortSignal): AsyncGenerator<readonly RecordedEvent[]> {
    let next = from;
    while (!signal.aborted) {
      const appended = this.#appended.next(signal);
      for await (const events of wholeAppends(this.read(next))) {
        next += events.length;
        yield events;
        if (signal.aborted) return;
      }
      await appended;
    }
  }

  async close(): Promise<void> {}
}
