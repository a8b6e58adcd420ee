import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { ResolvedEvent } from '@eventstore/db-client';

export interface Patience {
  /** How long nothing may come. */
  readonly milliseconds: number;
  /** What it then fails with. */
  readonly stall: () => Error;
}

/**
 * What a stream of the client brings, in portions: whatever has come by the time when it is asked for, up to `most`.
 * The rest stays where it is, so that a slow reader slows the server down.
 * @param signal ends it
 * @throws what the stream fails with, and `patience.stall()`
 */
export async function* portionsOf(
  stream: Readable,
  most: number,
  { patience, signal }: { readonly patience?: Patience | undefined; readonly signal?: AbortSignal | undefined },
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
  try {
    for (;;) {
      const portion: ResolvedEvent[] = [];
      for (let event = stream.read(); event !== null; event = portion.length < most ? stream.read() : null) {
        portion.push(event);
      }
      if (portion.length > 0) yield portion;
      else if (failure !== undefined) throw failure;
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
