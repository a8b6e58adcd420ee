import { Worker } from 'node:worker_threads';
import { LedgerlineError } from '../errors.ts';
import type { Answer, ReadRequest } from '../queries/answers.ts';
import type { ReadStorePaths } from '../read_store/read_session.ts';
import type { FromReader, ReaderData, ToReader } from './reader_thread.ts';

interface Reader {
  readonly worker: Worker;
  readonly exited: Promise<unknown>;
  readonly waiting: Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>;
}

/** The reader threads. Each request goes to the one that has the fewest to answer. */
export class ReaderPool {
  readonly #readers: readonly Reader[];
  #next = 0;

  /**
   * @param onFailure told of failures that no client caused
   * @param onDamage told when a file of the read store turns out to be broken
   */
  constructor(count: number, paths: ReadStorePaths, onFailure: (message: string) => void, onDamage: () => void) {
    this.#readers = Array.from({ length: count }, () => {
      const workerData: ReaderData = { paths };
      const worker = new Worker(new URL('./reader_thread.ts', import.meta.url), { workerData, name: 'reader' });
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      const reader: Reader = { worker, exited, waiting: new Map() };
      const failAll = (error: Error) => {
        onFailure(String(error.stack ?? error));
        for (const { reject } of reader.waiting.values()) reject(internal());
        reader.waiting.clear();
        onDamage();
      };
      worker.on('error', (error) => failAll(error as Error));
      worker.on('message', (message: FromReader) => {
        const { resolve, reject } = reader.waiting.get(message.number)!;
        reader.waiting.delete(message.number);
        if ('answer' in message) return resolve(message.answer as never);
        onFailure(message.failure);
        if (!message.damage) return reject(internal());
        reject(new LedgerlineError('unavailable', 'The read store is being rebuilt.', { retryAfterSeconds: 2 }));
        onDamage();
      });
      return reader;
    });
  }

  /** @throws `internal`, `unavailable` */
  ask<R extends ReadRequest>(request: R): Promise<Answer<R>> {
    const reader = this.#readers.reduce((least, other) => (other.waiting.size < least.waiting.size ? other : least));
    const number = this.#next++;
    return new Promise((resolve, reject) => {
      reader.waiting.set(number, { resolve, reject });
      reader.worker.postMessage({ number, request } satisfies ToReader);
    });
  }

  /** Ends the threads after they have answered what was asked. */
  async close(): Promise<void> {
    await Promise.all(
      this.#readers.map(({ worker, exited }) => {
        worker.postMessage('close' satisfies ToReader);
        return exited;
      }),
    );
  }
}

function internal(): LedgerlineError {
  return new LedgerlineError('internal', 'The query failed.');
}
