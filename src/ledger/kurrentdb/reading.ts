import { setImmediate as turn } from 'node:timers/promises';
import { convertToCommandError, type EventStoreDBClient } from '@eventstore/db-client';
import { openReading, type Reading } from './client.ts';
import { type Asked, readRequest } from './read_request.ts';
import { type ReadMessage, readMessage, type StoredEvent } from './read_response.ts';

export interface Patience {
  /** How long nothing may come. */
  readonly milliseconds: number;
  /** What it then fails with. */
  readonly stall: () => Error;
}

export interface Portions {
  /** How many events a portion has at most. */
  readonly most: number;
  /** Of a reading that ends: every portion but the last is full. Otherwise one is whatever has come by then. */
  readonly full?: boolean;
  readonly patience?: Patience | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The events that are asked for, in portions; of a stream that does not exist, none. What is not taken stays where it
 * is, but for a portion, so that a slow reader slows the server down.
 * @throws the client's errors, and `patience.stall()`
 */
export async function* readEvents(
  client: EventStoreDBClient,
  asked: Asked,
  { most, full = false, patience, signal }: Portions,
): AsyncGenerator<StoredEvent[]> {
  let waiting: StoredEvent[] = [];
  let wake: (() => void) | undefined;
  let reading: Reading | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failure: Error | undefined;
  let hasEnded = signal?.aborted === true;
  let isLeft = false;
  const end = (error?: Error) => {
    failure ??= error;
    hasEnded = true;
    wake?.();
  };
  const take = (message: ReadMessage) => {
    timer?.refresh();
    if (message === 'no such stream') return end();
    if (message === 'something else' || isLeft) return;
    waiting.push(message);
    if (waiting.length >= most) reading!.pause();
    if (waiting.length >= most || !full) wake?.();
  };
  const abort = () => end();
  signal?.addEventListener('abort', abort, { once: true });
  openReading(client, readRequest(asked), readMessage).then((opened) => {
    reading = opened;
    opened.on('error', (error) => end(convertToCommandError(error as never) as Error | undefined));
    opened.on('end', () => end());
    opened.on('data', take);
    if (isLeft) leave(opened);
  }, end);
  try {
    for (;;) {
      if (waiting.length > 0 && (waiting.length >= most || !full || hasEnded)) {
        const portion = waiting;
        waiting = [];
        reading?.resume();
        yield portion;
      } else if (failure !== undefined) throw failure;
      else if (hasEnded) return;
      else {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        timer = patience && setTimeout(() => end(patience.stall()), patience.milliseconds);
        await promise;
        wake = undefined;
        clearTimeout(timer);
        timer = undefined;
        // They come one by one: a turn later there are more.
        if (!full) await turn();
      }
    }
  } finally {
    isLeft = true;
    signal?.removeEventListener('abort', abort);
    if (reading) leave(reading);
  }
}

/** Whatever has come already flows off. */
function leave(reading: Reading): void {
  reading.resume();
  // Before it has begun it could not be cancelled.
  setImmediate(() => reading.cancel());
}
