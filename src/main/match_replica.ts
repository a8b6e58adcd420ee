import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { LedgerlineError } from '../errors.ts';
import { KurrentLedger } from '../ledger/kurrentdb/kurrent_ledger.ts';
import type { RecordedEvent } from '../ledger/ledger.ts';
import { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { deleteDatabase } from '../read_store/projection_file.ts';
import type { ClusterEngine } from './engines.ts';

export interface Matching {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Told once that the cluster does not answer. */
  readonly onFailure: (message: string) => void;
}

/**
 * Sees to it that a node's copy of the ledger is one of the cluster's: a copy of another ledger, or one that is broken,
 * is removed, to be made anew. Waits for the cluster as long as it takes.
 * @throws `damaged` when the stream is no ledger
 */
export async function matchReplica(
  file: string,
  engine: ClusterEngine,
  { signal, onFailure }: Matching,
): Promise<void> {
  const last = lastOf(file);
  if (last === 'broken') deleteDatabase(file);
  if (last === 'broken' || last === undefined) return;
  const ledger = new KurrentLedger(engine);
  try {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const found = await ledger.eventAt(last.revision);
        if (found?.id !== last.id || found.recorded !== last.recorded) deleteDatabase(file);
        return;
      } catch (error) {
        if (error instanceof LedgerlineError && error.code === 'damaged') throw error;
        if (attempt === 0) onFailure(`The cluster cannot be asked about the copy of its ledger: ${error}`);
        await wait(1_000, undefined, { signal }).catch(() => {});
      }
    }
  } finally {
    await ledger.close();
  }
}

function lastOf(file: string): RecordedEvent | 'broken' | undefined {
  if (!existsSync(file)) return undefined;
  let reader: SqliteLedgerReader | undefined;
  try {
    reader = SqliteLedgerReader.open(file);
    return reader.portion(reader.head().revision, 1)[0];
  } catch {
    return 'broken';
  } finally {
    reader?.close();
  }
}
