import { mkdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { LedgerlineError } from '../errors.ts';
import { isFull } from '../read_store/projection_file.ts';
import type { StorePaths } from './paths.ts';

/**
 * Holds the data folder for one process. The lock is the operating system's: it goes with the process, however that
 * ends.
 */
export interface DataLock {
  release(): void;
}

/**
 * Makes the folder if need be. @throws `data_in_use` when another process holds it, `invalid_config` when it cannot be
 * made or written
 */
export function lockData(paths: StorePaths): DataLock {
  const database = openLock(paths);
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

function openLock({ data, lock }: StorePaths): DatabaseSync {
  try {
    mkdirSync(data, { recursive: true });
    return new DatabaseSync(lock);
  } catch (error) {
    if (isFull(error)) throw error;
    const message = `The data folder ${data} cannot be used (${(error as Error).message}): choose another with LEDGERLINE_DATA.`;
    throw new LedgerlineError('invalid_config', message, {}, error);
  }
}

const SQLITE_BUSY = 5;
