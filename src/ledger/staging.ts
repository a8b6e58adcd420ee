import type { DatabaseSync } from 'node:sqlite';

/** Begins a transaction and does some work in it, which nobody sees until `commitStaged`; none is left when it throws. */
export function stage(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
  } catch (error) {
    rollbackStaged(database);
    throw error;
  }
}

/** Keeps what was staged, or nothing of it when it throws. */
export function commitStaged(database: DatabaseSync): void {
  try {
    database.exec('COMMIT');
  } catch (error) {
    rollbackStaged(database);
    throw error;
  }
}

/** Takes back what was staged, if anything is: a failed COMMIT may have ended the transaction already. */
export function rollbackStaged(database: DatabaseSync): void {
  if (database.isTransaction) database.exec('ROLLBACK');
}
