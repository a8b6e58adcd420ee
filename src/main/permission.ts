import { parentPort, type Worker } from 'node:worker_threads';

/**
 * A thread takes some time to load its code, and whoever starts it may have to see to the files meanwhile: so it is
 * started at once, and opens nothing until it may.
 */
export function permitted(): Promise<void> {
  return new Promise((resolve) => parentPort!.once('message', () => resolve()));
}

/** Lets a thread that waits for it go on: the first message that it gets. */
export function permit(thread: Worker): void {
  thread.postMessage('begin');
}
