import { type MessagePort, workerData } from 'node:worker_threads';
import { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { type ClosedSegment, StatementFile } from '../read_store/statement_file.ts';
import { TailReader } from '../read_store/tail_reader.ts';
import type { StorePaths } from './paths.ts';
import { permitted } from './permission.ts';

/** The thread that merges the tail into the statements' tables, beside the writer and the readers. */
export interface ProjectorData {
  readonly paths: StorePaths;
  readonly writer: MessagePort;
}

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

writer.on('message', (closed: ClosedSegment) => {
  file.merge(closed);
  writer.postMessage(closed);
});
writer.on('close', () => file.close());
writer.postMessage({ mergedRevision: file.revision } satisfies ProjectorReady);
