import { setTimeout as wait } from 'node:timers/promises';
import { type MessagePort, workerData } from 'node:worker_threads';
import { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { isFull } from '../read_store/projection_file.ts';
import { type ClosedSegment, StatementFile } from '../read_store/statement_file.ts';
import { TailReader } from '../read_store/tail_reader.ts';
import type { StorePaths } from './paths.ts';
import { permitted } from './permission.ts';

/** The thread that merges the tail into the statements' tables, beside the writer and the readers. */
export interface ProjectorData {
  readonly paths: StorePaths;
  readonly writer: MessagePort;
}

/** How long it waits for room on a full disk before it tries again. */
const FULL_MILLISECONDS = 1_000;

/** `closing`: what cannot be merged now is not waited for. */
export type ToProjector = ClosedSegment | 'closing';

/** A segment that is merged, or what whoever runs the store should know. */
export type FromProjector = ClosedSegment | { readonly notice: string };

/** To the writer, first of all: the tables are open, and hold everything up to the revision. */
export interface ProjectorReady {
  readonly mergedRevision: number;
}

await permitted();
const { paths, writer } = workerData as ProjectorData;
// The writer makes the ledger's and the tail's files; the first segment tells that they are there.
const file = new StatementFile(paths.statements, () => ({
  ledger: SqliteLedgerReader.open(paths.ledger),
  tail: new TailReader(paths.tail),
}));

let isClosing = false;
let merging = Promise.resolve();

async function merge(closed: ClosedSegment): Promise<void> {
  for (let isTold = false; ; isTold = true) {
    try {
      file.merge(closed);
      break;
    } catch (error) {
      // It stays in the tail: nothing is missing in an answer meanwhile.
      if (!isFull(error) || isClosing) throw error;
      const notice = `The disk of ${paths.readStore} is full: writes are refused or wait until there is room.`;
      if (!isTold) writer.postMessage({ notice } satisfies FromProjector);
      await wait(FULL_MILLISECONDS);
    }
  }
  writer.postMessage(closed satisfies FromProjector);
}

writer.on('message', (message: ToProjector) => {
  if (message === 'closing') isClosing = true;
  else merging = merging.then(() => merge(message));
});
writer.on('close', () => file.close());
writer.postMessage({ mergedRevision: file.revision } satisfies ProjectorReady);
