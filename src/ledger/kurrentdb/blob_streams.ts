import { setTimeout as wait } from 'node:timers/promises';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { LedgerlineError } from '../../errors.ts';
import { Appender } from './appender.ts';
import {
  CHUNK,
  type Chunk,
  chunkCount,
  chunkLength,
  cut,
  damagedStream,
  fromChunkEvent,
  toChunkEvent,
} from './blob_chunks.ts';
import { openClient } from './client.ts';
import type { KurrentOptions } from './kurrent_ledger.ts';
import { PlainAppender, plainCredentials } from './plain_appender.ts';
import type { StoredEvent } from './read_response.ts';
import { readEvents } from './reading.ts';
import { unreachable } from './timely.ts';
import { twice } from './twice.ts';

/** What is too large for an event, by its hash. */
interface Blob {
  /** SHA-256 in lower-case hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly length: number;
}

/**
 * Blobs in streams of a KurrentDB cluster, each in one of its own that is named after its content and holds it in
 * chunks. Every chunk is appended with its place as expected revision, so whoever publishes a blob goes on with what is
 * there: after a crash, or behind another who publishes the same.
 *
 * Durability: a blob that is published is on a quorum of the cluster. Every method throws `unavailable` when the
 * cluster does not answer within the time given; a blob is then published in part at most, and can be again.
 */
export class BlobStreams {
  readonly #stream: string;
  readonly #timeoutMilliseconds: number;
  readonly #client: EventStoreDBClient;
  readonly #batch: Appender | undefined;
  readonly #appender: Pick<Appender, 'append'>;

  constructor({
    connection,
    stream,
    timeoutMilliseconds,
  }: Pick<KurrentOptions, 'connection' | 'stream' | 'timeoutMilliseconds'>) {
    this.#stream = stream;
    this.#timeoutMilliseconds = timeoutMilliseconds;
    this.#client = openClient(connection);
    const credentials = plainCredentials(connection);
    if (credentials) this.#appender = new PlainAppender(this.#client, credentials, timeoutMilliseconds);
    else this.#appender = this.#batch = new Appender(connection, timeoutMilliseconds);
  }

  /** Whether the blob stands there whole, by what its last chunk says. @throws `damaged` */
  async has(sha256: string): Promise<boolean> {
    const last = await twice(() => this.#lastChunk(sha256));
    return last !== undefined && last.index === last.count - 1;
  }

  /**
   * Makes a blob durable for every node; what is there of it already is used. No more than a chunk is in memory.
   * @param open gives the content from that byte on
   * @throws `damaged` when the content has another length, or its stream something else; `too_large` when the server
   * does not take a chunk; and what reading the content throws
   */
  publish(blob: Blob, open: (from: number) => AsyncIterable<Uint8Array>): Promise<void> {
    return twice(() => this.#publish(blob, open));
  }

  /** The content as it was published, whatever its hash. @throws `damaged` when it is missing or not whole */
  async *read(sha256: string): AsyncGenerator<Uint8Array> {
    if (!(await this.has(sha256))) throw damagedStream(sha256);
    let next = 0;
    let count = 1;
    for await (const event of this.#events(sha256, 0)) {
      const chunk = fromChunkEvent(sha256, event);
      if (chunk.index !== next) throw damagedStream(sha256);
      count = chunk.count;
      next += 1;
      yield chunk.data;
    }
    if (next !== count) throw damagedStream(sha256);
  }

  async close(): Promise<void> {
    await Promise.all([this.#batch?.close(), this.#client.dispose()]);
  }

  async #publish(blob: Blob, open: (from: number) => AsyncIterable<Uint8Array>): Promise<void> {
    const count = chunkCount(blob.length);
    let before = -1;
    let lost = false;
    for (let since = performance.now(); ; await wait(PAUSE_MILLISECONDS)) {
      const last = await this.#lastChunk(blob.sha256);
      if (last !== undefined && last.length !== blob.length) throw damagedStream(blob.sha256);
      const next = last === undefined ? 0 : last.index + 1;
      if (next === count) return;
      const isLeftToAnother = lost && next > before;
      if (next > before) since = performance.now();
      else if (performance.now() - since > this.#timeoutMilliseconds) throw unreachable('a stream takes nothing more');
      before = next;
      if (isLeftToAnother) continue;
      if (await this.#appendFrom(next, blob, open(next * CHUNK))) return;
      lost = true;
    }
  }

  /** Appends the chunks from `first` on; false when somebody else has got further meanwhile. */
  async #appendFrom(first: number, { sha256, length }: Blob, content: AsyncIterable<Uint8Array>): Promise<boolean> {
    let index = first;
    for await (const data of cut(content)) {
      if (data.length !== chunkLength(length, index)) throw damagedStream(sha256);
      const chunk = toChunkEvent(length, index, data);
      const outcome = await this.#appender.append(this.#nameOf(sha256), index - 1, [chunk]).catch(refuse);
      if (outcome !== 'appended') {
        if ('actual' in outcome) return false;
        const message = `The server takes ${outcome.mostBytes} bytes in one append.`;
        throw new LedgerlineError('too_large', message, { rule: 'the largest append of the ledger' });
      }
      index += 1;
    }
    if (index !== chunkCount(length)) throw damagedStream(sha256);
    return true;
  }

  async #lastChunk(sha256: string): Promise<Chunk | undefined> {
    let found: Chunk | undefined;
    for await (const event of this.#events(sha256, 'last')) found = fromChunkEvent(sha256, event);
    return found;
  }

  async *#events(sha256: string, from: number | 'last'): AsyncGenerator<StoredEvent> {
    const milliseconds = this.#timeoutMilliseconds;
    const patience = { milliseconds, stall: () => unreachable(`a reading brought nothing for ${milliseconds} ms`) };
    const asked = { stream: this.#nameOf(sha256), from };
    try {
      // One chunk waits in memory at most, beside those of the connection.
      for await (const events of readEvents(this.#client, asked, { most: 1, patience })) yield* events;
    } catch (error) {
      refuse(error);
    }
  }

  #nameOf(sha256: string): string {
    return `${this.#stream}-blob-${sha256}`;
  }
}

/** While another publishes the same, how long one waits before one looks whether he gets any further. */
const PAUSE_MILLISECONDS = 50;

/** @throws `unavailable` with the client's error as its cause */
function refuse(error: unknown): never {
  throw error instanceof LedgerlineError ? error : unreachable((error as Error).message, error);
}
