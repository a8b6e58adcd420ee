import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { appliedRevision, isDamage, openProjectionForReading } from './projection_file.ts';

/**
 * Whether a read store can have been made from the ledger in `ledgerFile`: no file is ahead of it, and the last moment
 * that the statements' file has seen is one of the ledger's. It is not when a backup was put back, or another ledger
 * was put in place of the first. A file that is missing or broken says nothing against it: it is made anew when it is
 * opened.
 */
export function isMadeFrom(
  files: { readonly statements: string; readonly rows: readonly string[] },
  ledgerFile: string,
) {
  const ledger = existsSync(ledgerFile) ? SqliteLedgerReader.open(ledgerFile) : undefined;
  const head = ledger?.head().revision ?? -1;
  try {
    const isBehind = (database: DatabaseSync) => appliedRevision(database) <= head;
    if (!files.rows.every((file) => holds(file, isBehind))) return false;
    return holds(files.statements, (database) => {
      if (!isBehind(database)) return false;
      const last = database.prepare('SELECT recorded, revision FROM moments ORDER BY recorded DESC LIMIT 1').get();
      return last === undefined || ledger?.portion(last.revision as number, 1)[0]?.recorded === last.recorded;
    });
  } finally {
    ledger?.close();
  }
}

/** Whether it is true of a file, if there is a good one. */
function holds(file: string, condition: (database: DatabaseSync) => boolean): boolean {
  if (!existsSync(file)) return true;
  let database: DatabaseSync | undefined;
  try {
    database = openProjectionForReading(file);
    return condition(database);
  } catch (error) {
    if (isDamage(error)) return true;
    throw error;
  } finally {
    database?.close();
  }
}
