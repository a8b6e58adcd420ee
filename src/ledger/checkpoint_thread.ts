import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** To the thread of a `Checkpointer`: write what the log has into the file, or end. */
export type ToCheckpoints = 'checkpoint' | 'close';

const port = parentPort!;
let database: DatabaseSync | undefined;

/** The file of a path; never a new one, where it is gone. */
function open(path: string): DatabaseSync {
  const file = pathToFileURL(path);
  file.searchParams.set('mode', 'rw');
  const opened = new DatabaseSync(file);
  try {
    // What stands in the file is durable before it may be missing in the log.
    opened.exec('PRAGMA synchronous = FULL');
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
}

function checkpoint(): void {
  try {
    database ??= open(workerData as string);
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {
    // The disk is full, for one. It stays in the log, and is tried again.
  }
}

port.on('message', (message: ToCheckpoints) => {
  if (message === 'close') {
    database?.close();
    port.close();
  } else {
    checkpoint();
    port.postMessage('done');
  }
});
