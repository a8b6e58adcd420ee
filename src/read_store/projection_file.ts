import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync } from 'node:fs';
import { uptime } from 'node:os';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { rollbackStaged } from '../ledger/staging.ts';

/**
 * The tables of one file of the read store, and the version of the code that fills them: raise it when either changes
 * its meaning.
 */
export interface ProjectionSchema {
  readonly name: string;
  readonly version: number;
  readonly tables: string;
}

/**
 * One file of the read store, opened by its one writer. It can be deleted at any time: it is then rebuilt from the
 * ledger. No fsync is spent on it while it is written, so after a power cut it may be torn: a file that was not closed
 * in order is trusted only while the machine has not restarted.
 */
export class ProjectionFile {
  readonly database: DatabaseSync;
  readonly #path: string;
  readonly #setRevision: StatementSync;
  #revision: number;

  private constructor(path: string, database: DatabaseSync) {
    this.#path = path;
    this.database = database;
    this.#setRevision = database.prepare("UPDATE meta SET value = ? WHERE name = 'revision'");
    this.#revision = Number(readMeta(database, 'revision'));
  }

  /**
   * Opens the file; creates it anew, empty, when it is missing, damaged, of another version, or not to be trusted.
   * @param cacheMiB how much of it is held in memory
   */
  static open(path: string, schema: ProjectionSchema, cacheMiB = 8): ProjectionFile {
    const database = openTrusted(path, schema) ?? create(path, schema);
    database.exec(`PRAGMA cache_size = ${-1024 * cacheMiB}`);
    database.prepare("UPDATE meta SET value = ? WHERE name = 'open_since_boot'").run(bootId());
    return new ProjectionFile(path, database);
  }

  /** The ledger revision up to which the tables hold everything; -1 when nothing was applied yet. */
  get revision(): number {
    return this.#revision;
  }

  /** Begins a transaction: what is written until `commit` is seen whole, with its revision, or not at all. */
  begin(): void {
    this.database.exec('BEGIN IMMEDIATE');
  }

  /** Ends the transaction: the tables hold everything up to `revision`. */
  commit(revision: number): void {
    this.#setRevision.run(`${revision}`);
    this.database.exec('COMMIT');
    this.#revision = revision;
  }

  /** Ends the transaction as if it had not been; SQLite may have ended it by itself. */
  rollback(): void {
    rollbackStaged(this.database);
  }

  /** Makes the file durable and marks it closed in order. */
  close(): void {
    this.database.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)');
    this.database.prepare("UPDATE meta SET value = '' WHERE name = 'open_since_boot'").run();
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.database.close();
    const file = openSync(this.#path, 'r');
    fsyncSync(file);
    closeSync(file);
  }
}

/**
 * Opens a projection's file for reading, beside its writer. Its first part is mapped, so that a broken page near the
 * roots is found at once; to map all of it would make it memory of this process.
 */
export function openProjectionForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -4096; PRAGMA mmap_size = 4194304');
  return database;
}

/** A file of the read store as it stands at one moment, whatever its writer does meanwhile. */
export interface ProjectionSnapshot {
  readonly database: DatabaseSync;
  readonly revision: number;
}

/**
 * Opens a file for comparing it. Undefined: it is missing, broken, or of another version of the code, so that it would
 * be made anew.
 */
export function openProjectionSnapshot(path: string, schema: ProjectionSchema): ProjectionSnapshot | undefined {
  if (!existsSync(path)) return undefined;
  let database: DatabaseSync | undefined;
  try {
    database = openProjectionForReading(path);
    database.exec('BEGIN');
    if (readMeta(database, 'schema') === schemaName(schema)) return { database, revision: appliedRevision(database) };
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  database?.close();
  return undefined;
}

/** The revision up to which the file holds everything, as the connection's present transaction sees it. */
export function appliedRevision(database: DatabaseSync): number {
  return Number(readMeta(database, 'revision'));
}

/** Deletes a SQLite database with its side files; nothing happens when it is not there. */
export function deleteDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}

/**
 * Whether an error says that a file of the read store is broken or contradicts the ledger: deleting it and rebuilding
 * is the cure.
 */
export function isDamage(error: unknown): boolean {
  const { errcode, message } = error as { errcode?: number; message: string };
  if (errcode === SQLITE_ERROR) return /no such (table|column)/.test(message);
  return errcode !== undefined && DAMAGE.has(errcode & 0xff);
}

/** What `isDamage` takes for damage: a file beside the databases is not as it was written. */
export function damage(message: string): Error {
  return Object.assign(new Error(message), { errcode: SQLITE_CORRUPT });
}

/** Whether an error says that there is no room left on the disk: what failed may succeed later. */
export function isFull(error: unknown): boolean {
  const { errcode, code } = error as { errcode?: number; code?: string };
  return errcode === SQLITE_FULL || code === 'ENOSPC';
}

const SQLITE_ERROR = 1;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
/** With SQLITE_CONSTRAINT and SQLITE_NOTADB. */
const DAMAGE = new Set([SQLITE_CORRUPT, 19, 26]);

function openTrusted(path: string, schema: ProjectionSchema): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    const openSince = readMeta(database, 'open_since_boot');
    const trusted = openSince === '' || openSince === bootId();
    if (trusted && readMeta(database, 'schema') === schemaName(schema) && isWhole(database)) return database;
  } catch (error) {
    if (!isDamage(error)) {
      database?.close();
      throw error;
    }
  }
  database?.close();
  return undefined;
}

/** A first look at every table: a truncated file fails here, not under a query. */
function isWhole(database: DatabaseSync): boolean {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[];
  for (const { name } of tables) database.prepare(`SELECT * FROM "${name}" LIMIT 1`).get();
  return true;
}

function create(path: string, schema: ProjectionSchema): DatabaseSync {
  deleteDatabase(path);
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
    BEGIN;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO meta VALUES ('revision', '-1'), ('open_since_boot', '');
    ${schema.tables}
    COMMIT;
  `);
  database.prepare("INSERT INTO meta VALUES ('schema', ?)").run(schemaName(schema));
  return database;
}

function schemaName({ name, version }: ProjectionSchema): string {
  return `${name} ${version}`;
}

function readMeta(database: DatabaseSync, name: string): string | undefined {
  const row = database.prepare('SELECT value FROM meta WHERE name = ?').get(name) as { value: string } | undefined;
  return row?.value;
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Elsewhere than on Linux: the minute of the start, which is as stable as the clock.
    return `${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
}
