import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';

/**
 * Copies a database as it is at one moment into a new file: a read transaction for its writer, however long it takes.
 */
export interface VacuumData {
  readonly from: string;
  readonly to: string;
}

const { from, to } = workerData as VacuumData;
const database = new DatabaseSync(from, { readOnly: true });
try {
  database.exec('PRAGMA busy_timeout = 5000');
  database.prepare('VACUUM INTO ?').run(to);
} finally {
  database.close();
}
