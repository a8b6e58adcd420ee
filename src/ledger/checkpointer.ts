import { Worker } from 'node:worker_threads';
import type { ToCheckpoints } from './checkpoint_thread.ts';

/** Whenever so much was appended, what the log has is written into the file. */
const APPENDED_BYTES = 1024 * 1024;

/**
 * Writes a ledger's log into its file on a thread of its own, while appends go on: done by whoever appends it would be a
 * third of his work, and all who wait for him would wait for it.
 *
 * It never gets to the end of a log to which somebody adds all the time, and only there can the log begin anew: whoever
 * appends sees to that, when the log has become long, and finds little left to do.
 */
export class Checkpointer {
  readonly #path: string;
  #thread: Worker | undefined;
  #appended = 0;
  #isBusy = false;

  /** @param path the file, which is there; the thread begins when there is something to do for it */
  constructor(path: string) {
    this.#path = path;
  }

  /** Told after each commit how many bytes it had. */
  noteAppended(bytes: number): void {
    this.#appended += bytes;
    if (this.#isBusy || this.#appended < APPENDED_BYTES) return;
    this.#appended = 0;
    this.#isBusy = true;
    this.#thread ??= this.#begin();
    this.#thread.postMessage('checkpoint' satisfies ToCheckpoints);
  }

  /** Resolves when the thread, if there is one, has closed the file. */
  async close(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    thread.postMessage('close' satisfies ToCheckpoints);
    await ended;
  }

  #begin(): Worker {
    const file = new URL('./checkpoint_thread.ts', import.meta.url);
    const thread = new Worker(file, { workerData: this.#path, name: 'checkpoints' });
    thread.on('message', () => {
      this.#isBusy = false;
    });
    return thread;
  }
}
