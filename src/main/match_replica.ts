import { existsSync } from 'node:fs';
import { KurrentLedger } from '../ledger/kurrentdb/kurrent_ledger.ts';
import type { RecordedEvent } from '../ledger/ledger.ts';
import { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { deleteDatabase } from '../read_store/projection_file.ts';
import type { ClusterEngine } from './engines.ts';
import { whenAnswered } from './when_answered.ts';

export interface Matching {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Told why it waits, now and then. */
  readonly onNotice: (message: string) => void;
}

/**
 * Sees to it that a node's copy of the ledger is one of the cluster's: a copy of another ledger, or one that is broken,
 * is removed, to be made anew. Waits for the cluster as long as it takes.
 * @throws `damaged`, `invalid_config`: see `whenAnswered`
 */
export async function matchReplica(file: string, engine: ClusterEngine, { signal, onNotice }: Matching): Promise<void> {
  const last = lastOf(file);
  if (last === 'broken') deleteDatabase(file);
  const ledger = new KurrentLedger(engine);
  try {
    // Also without a copy: what the settings have wrong is found here, before anything else begins.
    const revision = last === undefined || last === 'broken' ? 0 : last.revision;
    const found = await whenAnswered(() => ledger.eventAt(revision), engine, { signal, onNotice });
    if (last === undefined || last === 'broken' || signal.aborted) return;
    if (found?.id !== last.id || found.recorded !== last.recorded) deleteDatabase(file);
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
