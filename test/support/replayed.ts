import { BlobFiles } from '../../src/blobs/blob_files.ts';
import { openLocalReadStore } from '../../src/main/local_read_store.ts';
import type { ReadStoreFiles } from '../../src/main/paths.ts';
import { digestOf, PROJECTION_TABLES } from '../../src/read_store/digest.ts';
import { openProjectionForReading } from '../../src/read_store/projection_file.ts';
import type { LocalStore } from './local_store.ts';

/** The digest of each projection in the files of a read store. */
export function digestsOf(files: ReadStoreFiles): Record<string, string> {
  return Object.fromEntries(
    PROJECTION_TABLES.map(({ projection, file, tables }) => {
      const database = openProjectionForReading(files[file]);
      const digest = digestOf(database, tables, () => {});
      database.close();
      return [projection, digest];
    }),
  );
}

/** Replays the events in portions of these sizes, one segment each. */
export function replayInPortions(store: LocalStore, files: ReadStoreFiles, sizes: readonly number[]): void {
  const events = store.events();
  const sources = { ledgerFile: store.paths.ledger, blobs: new BlobFiles(store.paths.blobs) };
  const replayed = openLocalReadStore(files, sources);
  for (let i = 0; events.length > 0; i++) {
    replayed.state.applyRead(events.splice(0, sizes[i % sizes.length]!));
    replayed.state.closeSegment();
  }
  replayed.close();
}
