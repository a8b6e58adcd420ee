import { type BinaryEventType, binaryEvent, type EventData } from '@eventstore/db-client';
import { z } from 'zod';
import { LedgerlineError } from '../../errors.ts';
import { metadataIn } from './events.ts';
import type { StoredEvent } from './read_response.ts';

/**
 * Bytes of every chunk but the last: half of the smallest limit of one append. Never to be changed, since what stands
 * in a stream, whole or in part, is cut by it.
 */
export const CHUNK = 512 * 1024;

const TYPE = 'blob-chunk';

/** What a chunk says of itself: the number of chunks and of bytes are the blob's. */
const metadata = z.object({ index: z.int(), count: z.int(), length: z.int() });

/** How many chunks a blob of that many bytes has; an empty one has one, so that it has a stream. */
export function chunkCount(length: number): number {
  return Math.max(1, Math.ceil(length / CHUNK));
}

/** How many bytes the chunk has. */
export function chunkLength(length: number, index: number): number {
  return Math.min(CHUNK, length - index * CHUNK);
}

/**
 * The event of a chunk. Its id is drawn anew each time: that a chunk is stored once follows from its place alone, while
 * to two appends of the same id at once the server answers the second after seconds, and with an error.
 */
export function toChunkEvent(length: number, index: number, data: Uint8Array): EventData {
  return binaryEvent<BinaryEventType>({ type: TYPE, data, metadata: { index, count: chunkCount(length), length } });
}

export interface Chunk {
  readonly index: number;
  readonly count: number;
  /** Bytes of the whole blob. */
  readonly length: number;
  readonly data: Uint8Array;
}

/** @throws `damaged` when it is no chunk in its place */
export function fromChunkEvent(sha256: string, stored: StoredEvent): Chunk {
  const { type, revision, data } = stored;
  const read = metadata.safeParse(metadataIn(stored));
  if (type !== TYPE || !read.success) throw damagedStream(sha256);
  const { index, count, length } = read.data;
  const inPlace = index === revision && index < count && count === chunkCount(length);
  if (!inPlace || data.length !== chunkLength(length, index)) throw damagedStream(sha256);
  return { index, count, length, data };
}

/** The refusal for a stream that does not hold the chunks of its blob. */
export function damagedStream(sha256: string): LedgerlineError {
  return new LedgerlineError('damaged', `The stream of the blob ${sha256} is missing or damaged.`);
}

/** Cuts content into pieces of `CHUNK` bytes, the last one shorter; empty content is one piece. */
export async function* cut(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let piece = new Uint8Array(CHUNK);
  let filled = 0;
  let count = 0;
  for await (let rest of content) {
    while (rest.length > 0) {
      const taken = rest.subarray(0, CHUNK - filled);
      piece.set(taken, filled);
      filled += taken.length;
      rest = rest.subarray(taken.length);
      if (filled < CHUNK) continue;
      yield piece;
      [piece, filled, count] = [new Uint8Array(CHUNK), 0, count + 1];
    }
  }
  if (filled > 0 || count === 0) yield piece.subarray(0, filled);
}
