import { mkdirSync } from 'node:fs';
import type { BlobFiles } from '../blobs/blob_files.ts';
import type { SqliteCopy } from '../ledger/sqlite_copy.ts';
import { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { openProjectionForReading } from '../read_store/projection_file.ts';
import { closeRowFiles, openRowFiles, type RowFiles } from '../read_store/row_groups.ts';
import { type ClosedSegment, StatementFile } from '../read_store/statement_file.ts';
import { TailReader } from '../read_store/tail_reader.ts';
import { TailWriter } from '../read_store/tail_writer.ts';
import { AppliedState } from '../sequencer/applied_state.ts';
import { KnownStatements } from '../sequencer/known_statements.ts';
import type { ReadStoreFiles } from './paths.ts';

export interface LocalReadStoreSources {
  /** The file in which all events are found: the ledger's own, or a copy. */
  readonly ledgerFile: string;
  readonly blobs: BlobFiles;
  /** Kept in step when `ledgerFile` is a copy. */
  readonly copy?: SqliteCopy;
}

/** A read store whose segments are merged by the thread that fills it, by the code of the live one's threads. */
export interface LocalReadStore {
  readonly state: AppliedState;
  readonly reader: SqliteLedgerReader;
  readonly rows: RowFiles;
  /** Merges a segment that is closed into the tables. */
  merge(closed: ClosedSegment): void;
  close(): void;
}

/**
 * Opens a read store to fill it in this thread.
 * @param onSegment told of each segment that can be merged; by default it is merged at once
 */
export function openLocalReadStore(
  files: ReadStoreFiles,
  { ledgerFile, blobs, copy }: LocalReadStoreSources,
  onSegment?: (closed: ClosedSegment) => void,
): LocalReadStore {
  mkdirSync(files.readStore, { recursive: true });
  const statements = new StatementFile(files.statements, () => ({
    ledger: SqliteLedgerReader.open(ledgerFile),
    tail: new TailReader(files.tail),
  }));
  const tail = new TailWriter(files.tail);
  const tables = openProjectionForReading(files.statements);
  const reader = SqliteLedgerReader.open(ledgerFile);
  const rows = openRowFiles(files);
  const merge = (closed: ClosedSegment) => {
    statements.merge(closed);
    state.dropMerged(closed.segment);
  };
  const state = new AppliedState({
    rows,
    tail,
    known: new KnownStatements(tables),
    blobs,
    reader,
    copy,
    mergedRevision: statements.revision,
    onSegment: onSegment ?? merge,
    onIdentityChange() {},
  });
  return {
    state,
    reader,
    rows,
    merge,
    close() {
      tables.close();
      reader.close();
      tail.close();
      closeRowFiles(rows);
      statements.close();
    },
  };
}
