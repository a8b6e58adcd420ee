import { DatabaseSync } from 'node:sqlite';
import { LedgerlineError } from '../errors.ts';

/**
 * The ledger's one table. The database itself refuses whatever is not an append: UPDATE, DELETE, and an INSERT of any
 * revision but the next, which also stops INSERT OR REPLACE (it removes the old row without firing the delete trigger).
 * To take the last revision costs less than to ask for the largest: a tenth of an append.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (
    revision   INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    recorded   INTEGER NOT NULL,
    credential TEXT    NOT NULL,
    data       BLOB    NOT NULL
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS events_are_dense BEFORE INSERT ON events
    WHEN NEW.revision IS NOT ifnull((SELECT revision FROM events ORDER BY revision DESC LIMIT 1), -1) + 1
    BEGIN SELECT RAISE(ABORT, 'the ledger takes the next revision only'); END;
  CREATE TRIGGER IF NOT EXISTS events_are_kept BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'the ledger never deletes an event'); END;
  CREATE TRIGGER IF NOT EXISTS events_are_immutable BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the ledger never changes an event'); END;
`;

/** 'LGRL' in the header of the file: another SQLite database is not taken for a ledger. */
const APPLICATION_ID = 0x4c47524c;
const FORMAT = 1;
/**
 * Of a new file; others keep theirs. A statement has about 1,000 bytes: of SQLite's 4,096 a fifth would be left empty, and
 * an append would take a quarter more time. Larger ones still are written too often for the few statements that they gain.
 */
const PAGE_BYTES = 16_384;
/** SQLite counts 1,000 pages, which are 4 MB of its own size: of larger ones they would keep all who wait for longer. */
const USUAL_LOG_BYTES = 4 * 1024 * 1024;

export interface FileOptions {
  /**
   * FULL spends an fsync on each commit (the ledger); NORMAL none, and yet the file is whole after a power cut; OFF
   * neither (a local copy of a ledger that lives elsewhere).
   */
  readonly synchronous: 'FULL' | 'NORMAL' | 'OFF';
  /** Whenever the log has so many bytes, it is written into the file, for which the append that finds it so waits. */
  readonly logBytes?: number;
}

/**
 * Opens the file for its one writer and creates it when it is missing.
 * @throws `damaged` when the file is no ledger or of a later format.
 */
export function openForWriting(path: string, { synchronous, logBytes = USUAL_LOG_BYTES }: FileOptions): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL`);
    database.exec('PRAGMA recursive_triggers = ON');
    database.exec(`PRAGMA synchronous = ${synchronous}`);
    database.exec(`PRAGMA wal_autocheckpoint = ${Math.ceil(logBytes / pageBytes(database))}`);
    if (pragma(database, 'user_version') === 0 && pragma(database, 'schema_version') === 0) {
      database.exec(
        `BEGIN IMMEDIATE; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT}; ${SCHEMA} COMMIT`,
      );
    }
    assertLedger(database, path);
    return database;
  } catch (error) {
    database.close();
    throw notALedger(path, error);
  }
}

/** Opens the file for reading beside its writer, from any thread or process. @throws `damaged` when it is no ledger. */
export function openForReading(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    database.exec('PRAGMA busy_timeout = 5000');
    assertLedger(database, path);
    return database;
  } catch (error) {
    database?.close();
    throw notALedger(path, error);
  }
}

function assertLedger(database: DatabaseSync, path: string): void {
  if (pragma(database, 'application_id') !== APPLICATION_ID)
    throw new LedgerlineError('damaged', `${path} is not a Ledgerline ledger.`);
  const format = pragma(database, 'user_version');
  if (format !== FORMAT)
    throw new LedgerlineError('damaged', `${path} has ledger format ${format}; this release reads ${FORMAT}.`);
}

/** How many bytes a page of the file has. */
export function pageBytes(database: DatabaseSync): number {
  return pragma(database, 'page_size');
}

function pragma(database: DatabaseSync, name: string): number {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] as number;
}

function notALedger(path: string, error: unknown): LedgerlineError {
  if (error instanceof LedgerlineError) return error;
  return new LedgerlineError(
    'damaged',
    `${path} cannot be opened as a ledger: ${(error as Error).message}.`,
    {},
    error,
  );
}
