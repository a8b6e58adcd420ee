import { Worker } from 'node:worker_threads';
import { LedgerlineError } from '../errors.ts';
import type { Answer, ReadRequest } from '../queries/answers.ts';
import { isDamage } from '../read_store/projection_file.ts';
import type { ReadStorePaths } from '../read_store/read_session.ts';
import { Slots } from '../slots.ts';
import type { FromReader, ReaderData, ToReader } from './reader_thread.ts';

interface Reader {
  readonly worker: Worker;
  readonly exited: Promise<unknown>;
  readonly waiting: Slots<{ resolve: (answer: never) => void; reject: (error: Error) => void }>;
  hasAnswered: boolean;
}

export interface ReaderPoolEvents {
  /** Told of failures that no client caused. */
  readonly onFailure: (message: string) => void;
  /** Told when a file of the read store turns out to be broken. */
  readonly onDamage: () => void;
  /** Told when a thread has died that never did any good: another would not either. */
  readonly onUseless: (error: Error) => void;
}

/** The reader threads. Each request goes to the one that has the fewest to answer. */
export class ReaderPool {
  readonly #paths: ReadStorePaths;
  readonly #events: ReaderPoolEvents;
  readonly #readers: Reader[];
  #closing = false;

  constructor(count: number, paths: ReadStorePaths, events: ReaderPoolEvents) {
    this.#paths = paths;
    this.#events = events;
    this.#readers = Array.from({ length: count }, () => this.#start());
  }

  /** @throws `internal`, `unavailable` */
  ask<R extends ReadRequest>(request: R): Promise<Answer<R>> {
    const reader = this.#readers.reduce((least, other) => (other.waiting.size < least.waiting.size ? other : least));
    return new Promise((resolve, reject) => {
      const number = reader.waiting.put({ resolve, reject });
      reader.worker.postMessage({ number, request } satisfies ToReader);
    });
  }

  /** Ends the threads after they have answered what was asked. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(
      this.#readers.map(({ worker, exited }) => {
        worker.postMessage('close' satisfies ToReader);
        return exited;
      }),
    );
  }

  #start(): Reader {
    const workerData: ReaderData = { paths: this.#paths };
    const worker = new Worker(new URL('./reader_thread.ts', import.meta.url), { workerData, name: 'reader' });
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    const reader: Reader = { worker, exited, waiting: new Slots(), hasAnswered: false };
    worker.on('error', (error) => this.#onDeath(reader, error as Error));
    worker.on('message', (message: FromReader) => this.#onAnswer(reader, message));
    return reader;
  }

  #onAnswer(reader: Reader, message: FromReader): void {
    const { resolve, reject } = reader.waiting.take(message.number);
    reader.hasAnswered = true;
    if ('answer' in message) {
      resolve(message.answer as never);
      return;
    }
    const { onFailure, onDamage } = this.#events;
    onFailure(message.failure);
    reject(message.damage ? rebuilding() : internal());
    if (message.damage) onDamage();
  }

  /** A query may cost a thread its life (its memory, say): another takes its place. */
  #onDeath(reader: Reader, error: Error): void {
    const { onFailure, onDamage, onUseless } = this.#events;
    onFailure(String(error.stack ?? error));
    for (const { reject } of reader.waiting.takeAll()) reject(internal());
    if (this.#closing) return;
    if (isDamage(error)) onDamage();
    else if (reader.hasAnswered) this.#readers[this.#readers.indexOf(reader)] = this.#start();
    else onUseless(error);
  }
}

function internal(): LedgerlineError {
  return new LedgerlineError('internal', 'The query failed.');
}

function rebuilding(): LedgerlineError {
  return new LedgerlineError('unavailable', 'The read store is being rebuilt.', { retryAfterSeconds: 2 });
}
