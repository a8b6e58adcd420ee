import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { Merger } from '../read_store/merge.ts';
import { ProjectionFile } from '../read_store/projection_file.ts';
import { Segment } from '../read_store/segment.ts';
import { STATEMENT_TABLES } from '../read_store/statement_tables.ts';
import { tableView } from '../read_store/statement_view.ts';
import { TailReader } from '../read_store/tail_file.ts';
import { type EngineName, ledgerFile } from './engines.ts';
import type { StorePaths } from './paths.ts';
import type { MergeSegment } from './writer_thread.ts';

/** The thread that merges the tail into the statements' tables, beside the writer and the readers. */
export interface ProjectorData {
  readonly engine: EngineName;
  readonly paths: StorePaths;
  readonly writer: MessagePort;
}

/** To the main thread: the tables are open, and hold everything up to the revision. */
export interface ProjectorReady {
  readonly mergedRevision: number;
}

const { engine, paths, writer } = workerData as ProjectorData;
const file = ProjectionFile.open(paths.statements, STATEMENT_TABLES);
let sources: { readonly ledger: SqliteLedgerReader; readonly tail: TailReader } | undefined;
const merger = new Merger(file.database, (revision) => sources!.ledger.dataAt(revision)!);

function merge({ segment: number, revision }: MergeSegment): void {
  // The writer makes both files; the first segment tells that they are there.
  sources ??= { ledger: SqliteLedgerReader.open(ledgerFile(engine, paths)), tail: new TailReader(paths.tail) };
  const segment = new Segment(number);
  const older = tableView(file.database, sources.ledger);
  for (const row of sources.tail.segment(number)) segment.apply(row, older);
  file.begin();
  merger.write(segment);
  file.commit(revision);
}

writer.on('message', (message: MergeSegment) => {
  merge(message);
  writer.postMessage(message);
});
writer.on('close', () => {
  sources?.ledger.close();
  sources?.tail.close();
  file.close();
});
parentPort!.postMessage({ mergedRevision: file.revision } satisfies ProjectorReady);
