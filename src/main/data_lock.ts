import { mkdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { LedgerlineError } from '../errors.ts';
import type { StorePaths } from './paths.ts';

/**
 * Holds the data folder for one process. The lock is the operating system's: it goes with the process, however that
 * ends.
 */
export interface DataLock {
  release(): void;
}

/** @throws `data_in_use` when another process holds the folder */
export function lockData(paths: StorePaths): DataLock {
  mkdirSync(paths.data, { recursive: true });
  const database = new DatabaseSync(paths.lock);
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (((error as { errcode?: number }).errcode ?? 0) !== SQLITE_BUSY) throw error;
    const message = `Another Ledgerline process is using the data folder ${paths.data}: stop it, or choose another with LEDGERLINE_DATA.`;
    throw new LedgerlineError('data_in_use', message);
  }
  return { release: () => database.close() };
}

const SQLITE_BUSY = 5;
