import { EventEmitter, once } from 'node:events';

/** An event as a writer proposes it. */
export interface ProposedEvent {
  /** A UUID in lower case. */
  readonly id: string;
  readonly type: string;
  readonly contentType: 'application/json' | 'application/octet-stream';
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event of a stream. */
export interface StoredEvent extends ProposedEvent {
  /** From 0 in each stream, without gaps. */
  readonly revision: number;
  /** Its place in the order of all streams. */
  readonly position: number;
  /** Milliseconds since 1970-01-01T00:00:00Z by the clock of the node that stored it. */
  readonly created: number;
}

/** What a writer says of the stream that it appends to: its last revision, or one of the names for less. */
export type Expected = number | 'any' | 'no stream' | 'stream exists';

/** What the streams answer to an append. */
export type Written =
  /** `revision` and `position` are those of the append's last event, also when it had been stored before. */
  | { readonly kind: 'appended'; readonly revision: number; readonly position: number }
  /** The stream ends at `current`, -1 where there is none. Nothing was stored. */
  | { readonly kind: 'wrong expected revision'; readonly current: number };

/** The streams of a node, or of all nodes of a cluster, in memory. */
export class Streams {
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #appended = new EventEmitter().setMaxListeners(0);
  #position = 0;

  /** The events of a stream; none where there is no such stream. */
  events(stream: string): readonly StoredEvent[] {
    return this.#streams.get(stream) ?? [];
  }

  /** How long each stream is now. */
  lengths(): ReadonlyMap<string, number> {
    return new Map([...this.#streams].map(([stream, events]) => [stream, events.length]));
  }

  /**
   * Stores all of `events` or none. Behind a revision that is no longer the last one, the same ids in the same places
   * count as the same append sent again: answered like the first time, and nothing stored.
   */
  append(stream: string, expected: Expected, events: readonly ProposedEvent[], created: number): Written {
    const stored = this.#streams.get(stream) ?? [];
    const current = stored.length - 1;
    const behind = revisionOf(expected, current);
    if (behind < current) return alreadyThere(stored, behind, events) ?? { kind: 'wrong expected revision', current };
    if (behind > current) return { kind: 'wrong expected revision', current };
    for (const event of events) {
      this.#position += event.data.length + event.metadata.length + 1;
      stored.push({ ...event, revision: stored.length, position: this.#position, created });
    }
    this.#streams.set(stream, stored);
    this.#appended.emit('appended');
    return { kind: 'appended', revision: stored.length - 1, position: this.#position };
  }

  /** Wakes whoever waits in `next`. */
  wake(): void {
    this.#appended.emit('appended');
  }

  /** Resolves at the next append to any stream; rejects when `signal` aborts. */
  async next(signal: AbortSignal): Promise<void> {
    await once(this.#appended, 'appended', { signal });
  }
}

function revisionOf(expected: Expected, current: number): number {
  if (expected === 'any') return current;
  if (expected === 'no stream') return -1;
  if (expected === 'stream exists') return Math.max(current, 0);
  return expected;
}

function alreadyThere(
  stored: readonly StoredEvent[],
  behind: number,
  events: readonly ProposedEvent[],
): Written | undefined {
  const last = stored[behind + events.length];
  const same = events.every(({ id }, i) => stored[behind + 1 + i]?.id === id);
  if (last === undefined || events.length === 0 || !same) return undefined;
  return { kind: 'appended', revision: last.revision, position: last.position };
}
