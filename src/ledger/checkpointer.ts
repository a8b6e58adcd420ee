import { Worker } from 'node:worker_threads';
import type { ToCheckpoints } from './checkpoint_thread.ts';

/** Whenever the log has grown by so much, what it has is written into the file. */
const GROWN_BYTES = 1024 * 1024;

/**
 * Writes a ledger's log into its file on a thread of its own, while appends go on: done by whoever appends it would be up
 * to a third of his work, and all who wait for him would wait for it.
 *
 * It never gets to the end of a log to which somebody adds all the time, and only there can the log begin anew: whoever
 * appends sees to that, when the log has become long, and finds little left to do. He does all of it where the thread
 * does not get on, or has died.
 */
export class Checkpointer {
  readonly #path: string;
  readonly #onFailure: (error: Error) => void;
  #thread: Worker | undefined;
  #hasDied = false;
  #grown = 0;
  #isBusy = false;

  /**
   * @param path the file, which is there; the thread begins when there is something to do for it
   * @param onFailure told when the thread has died; it is not begun again
   */
  constructor(path: string, onFailure: (error: Error) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
  }

  /** Told after each commit by how many bytes, about, the log has grown. */
  noteGrown(bytes: number): void {
    this.#grown += bytes;
    if (this.#hasDied || this.#isBusy || this.#grown < GROWN_BYTES) return;
    this.#grown = 0;
    this.#isBusy = true;
    try {
      this.#thread ??= this.#begin();
      this.#thread.postMessage('checkpoint' satisfies ToCheckpoints);
    } catch (error) {
      this.#giveUp(error as Error);
    }
  }

  /** Resolves when the thread, if there is one, has closed the file. Nothing is to be noted any more. */
  async close(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    this.#thread = undefined;
    thread.ref();
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
    thread.on('error', (error: Error) => this.#giveUp(error));
    // Whoever forgets to close his ledger is not kept alive by this.
    thread.unref();
    return thread;
  }

  #giveUp(error: Error): void {
    this.#hasDied = true;
    this.#thread = undefined;
    this.#onFailure(error);
  }
}
