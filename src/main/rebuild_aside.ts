import { setImmediate as turn } from 'node:timers/promises';
import { BlobFiles } from '../blobs/blob_files.ts';
import { PORTION } from '../ledger/ledger.ts';
import type { RowFile } from '../read_store/row_file.ts';
import { ROW_GROUP_NAMES, type RowGroupName } from '../read_store/row_groups.ts';
import { type LocalReadStore, openLocalReadStore } from './local_read_store.ts';
import type { ReadStoreFiles, StorePaths } from './paths.ts';

/** Up to which revision each file is to hold everything; none is behind the statements' file. */
export type UpTo = Readonly<Record<'statements' | RowGroupName, number>>;

/**
 * Makes another read store of the ledger's events, in files of its own, by the code that runs live. Beside it the live
 * one goes on.
 * @param onProgress told of the events that are applied, portion by portion
 */
export async function rebuildAside(
  { ledger, blobs }: StorePaths,
  files: ReadStoreFiles,
  upTo: UpTo,
  onProgress: (events: number, total: number) => void,
): Promise<void> {
  const store = openLocalReadStore(files, { ledgerFile: ledger, blobs: new BlobFiles(blobs) });
  try {
    const { state, reader, rows } = store;
    for (;;) {
      const events = reader.portion(state.revision + 1, Math.min(PORTION, upTo.statements - state.revision));
      if (events.length === 0) break;
      state.applyRead(events);
      onProgress(state.revision + 1, upTo.statements + 1);
      await turn();
    }
    state.closeSegment();
    for (const name of ROW_GROUP_NAMES) follow(store, rows[name], upTo[name]);
  } finally {
    store.close();
  }
}

/** Takes a row file on, alone, to a revision behind the statements'. */
function follow({ state, reader }: LocalReadStore, file: RowFile, revision: number): void {
  for (let next = state.revision + 1; next <= revision; ) {
    const events = reader.portion(next, Math.min(PORTION, revision + 1 - next));
    if (events.length === 0) return;
    file.apply(events);
    next += events.length;
  }
  if (revision > file.revision) file.commit(revision);
}
