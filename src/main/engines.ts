import { join } from 'node:path';
import type { Ledger } from '../ledger/ledger.ts';
import { MemoryLedger } from '../ledger/memory.ts';
import { SqliteLedger } from '../ledger/sqlite.ts';
import { SqliteCopy } from '../ledger/sqlite_copy.ts';
import { deleteDatabase } from '../read_store/projection_file.ts';
import type { StorePaths } from './paths.ts';

export type EngineName = 'sqlite' | 'memory';

export interface OpenLedger {
  readonly ledger: Ledger;
  /** The file in which this node finds every event: the ledger's own, or a copy. */
  readonly file: string;
  /** Keeps `file` in step when it is a copy; undefined when the ledger itself is the file. */
  readonly copy: SqliteCopy | undefined;
}

/** Opens the engine that the configuration names: the one place that knows them all. @throws `damaged` */
export function openLedger(engine: EngineName, paths: StorePaths): OpenLedger {
  const file = ledgerFile(engine, paths);
  if (engine === 'sqlite') return { ledger: new SqliteLedger(file), file, copy: undefined };
  deleteDatabase(file);
  return { ledger: new MemoryLedger(), file, copy: new SqliteCopy(file) };
}

/** The file from which the readers take events. */
export function ledgerFile(engine: EngineName, paths: StorePaths): string {
  return engine === 'sqlite' ? paths.ledger : join(paths.readStore, 'copy.sqlite');
}
