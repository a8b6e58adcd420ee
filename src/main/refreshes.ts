import type { Worker } from 'node:worker_threads';
import { LedgerlineError } from '../errors.ts';
import type { FromWriter, ToWriter } from './writer_thread.ts';

/** Those who wait until this node has caught up with the others that append to its ledger. */
export class Refreshes {
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #next = 0;

  /** Resolves when the writer has caught up. @throws `unavailable` when it could not, or not in time */
  async ask(writer: Worker, milliseconds: number): Promise<void> {
    const number = this.#next++;
    const caughtUp = Promise.withResolvers<void>();
    this.#waiting.set(number, caughtUp);
    writer.postMessage({ refresh: number } satisfies ToWriter);
    const message = `What other nodes have stored was not to be had in ${milliseconds} ms.`;
    const late = new LedgerlineError('unavailable', message, { retryAfterSeconds: 1 });
    const timer = setTimeout(() => caughtUp.reject(late), milliseconds);
    await caughtUp.promise.finally(() => clearTimeout(timer));
  }

  /** The writer has answered. */
  settle({ number, failure }: Extract<FromWriter, { kind: 'refreshed' }>): void {
    const { resolve, reject } = this.#waiting.get(number)!;
    this.#waiting.delete(number);
    if (failure === undefined) resolve();
    else reject(new LedgerlineError('unavailable', failure, { retryAfterSeconds: 1 }));
  }

  /** The writer answers no more. */
  abandon(error: LedgerlineError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
