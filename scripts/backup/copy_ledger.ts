import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { VacuumData } from './vacuum_thread.ts';

const POLL_MILLISECONDS = 200;

/**
 * Copies the ledger's file `from`, as it is at one moment, into the new file `to`, and makes that durable. The store
 * goes on appending meanwhile: SQLite's `backup()` would begin again at each commit, `VACUUM INTO` does not.
 * @param onProgress told of the megabytes written, and of about how many there will be
 */
export async function copyLedger(
  from: string,
  to: string,
  onProgress: (megabytes: number, total: number) => void,
): Promise<void> {
  const workerData: VacuumData = { from, to };
  const worker = new Worker(new URL('./vacuum_thread.ts', import.meta.url), { workerData, name: 'vacuum' });
  const poll = setInterval(() => onProgress(megabytesOf(to), megabytesOf(from)), POLL_MILLISECONDS);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  } finally {
    clearInterval(poll);
  }
  sync(to);
}

/** Makes a file, or a folder's entries, durable. */
export function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}

function megabytesOf(path: string): number {
  return Math.ceil((statSync(path, { throwIfNoEntry: false })?.size ?? 0) / 1e6);
}
