import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { StatementFile } from '../read_store/statement_file.ts';
import { TailReader } from '../read_store/tail_file.ts';
import type { StorePaths } from './paths.ts';
import type { MergeSegment } from './writer_thread.ts';

/** The thread that merges the tail into the statements' tables, beside the writer and the readers. */
export interface ProjectorData {
  readonly paths: StorePaths;
  readonly writer: MessagePort;
}

/** To the main thread: the tables are open, and hold everything up to the revision. */
export interface ProjectorReady {
  readonly mergedRevision: number;
}

const { paths, writer } = workerData as ProjectorData;
// The writer makes the ledger's and the tail's files; the first segment tells that they are there.
const file = new StatementFile(paths.statements, () => ({
  ledger: SqliteLedgerReader.open(paths.ledger),
  tail: new TailReader(paths.tail),
}));

writer.on('message', (message: MergeSegment) => {
  file.merge(message.segment, message.revision);
  writer.postMessage(message);
});
writer.on('close', () => file.close());
parentPort!.postMessage({ mergedRevision: file.revision } satisfies ProjectorReady);
