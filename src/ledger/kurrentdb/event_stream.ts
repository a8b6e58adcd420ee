import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { ResolvedEvent } from '@eventstore/db-client';

export interface Patience {
  /** How long nothing may come. */
  readonly milliseconds: number;
  /** What it then fails with. */
  readonly stall: () => Error;
}

export interface Portions {
  /** How many events a portion has at most. */
  readonly most: number;
  /** Of a stream that ends: every portion but the last is full. Otherwise one is whatever has come by then. */
  readonly full?: boolean;
  readonly patience?: Patience | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a stream of the client brings, in portions. The rest stays where it is, so that a slow reader slows the server
 * down.
 * @throws what the stream fails with, and `patience.stall()`
 */
export async function* portionsOf(
  stream: Readable,
  { most, full = false, patience, signal }: Portions,
): AsyncGenerator<ResolvedEvent[]> {
  let wake = Promise.withResolvers<void>();
  let ended = signal?.aborted === true;
  let failure: Error | undefined;
  const notify = () => {
    wake.resolve();
    wake = Promise.withResolvers();
  };
  const end = () => {
    ended = true;
    notify();
  };
  stream.on('readable', notify);
  stream.on('end', end);
  stream.on('close', end);
  stream.on('error', (error) => {
    failure = error;
    notify();
  });
  signal?.addEventListener('abort', end, { once: true });
  let portion: ResolvedEvent[] = [];
  try {
    for (;;) {
      for (let event = stream.read(); event !== null; event = portion.length < most ? stream.read() : null) {
        portion.push(event);
      }
      const isComplete = portion.length === most || !full || failure !== undefined || ended;
      if (portion.length > 0 && isComplete) {
        yield portion;
        portion = [];
      } else if (failure !== undefined) throw failure;
      else if (ended) return;
      else {
        const stall = () => {
          failure = patience!.stall();
          notify();
        };
        const timer = patience && setTimeout(stall, patience.milliseconds);
        await wake.promise;
        clearTimeout(timer);
        // They come one by one: a turn later there are more.
        await turn();
      }
    }
  } finally {
    stream.off('readable', notify);
    signal?.removeEventListener('abort', end);
  }
}
