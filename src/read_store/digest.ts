import { createHash } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { RowGroupName } from './row_groups.ts';

/** A projection as it stands in the read store: the file and the tables that hold it. */
export interface ProjectionTables {
  readonly projection: string;
  readonly file: 'statements' | RowGroupName;
  readonly tables: readonly string[];
}

/**
 * Every projection with all that its answers are made from; `terms` gives the numbers in the other tables their
 * meaning.
 */
export const PROJECTION_TABLES: readonly ProjectionTables[] = [
  {
    projection: 'statement_index',
    file: 'statements',
    tables: ['postings', 'id_runs', 'ids', 'marked', 'referrers', 'moments'],
  },
  { projection: 'learner_history', file: 'statements', tables: ['terms', 'history'] },
  { projection: 'activities', file: 'statements', tables: ['terms', 'activities'] },
  { projection: 'credentials', file: 'identity', tables: ['credentials'] },
  { projection: 'documents', file: 'documents', tables: ['documents'] },
  { projection: 'policy', file: 'learning', tables: ['policy'] },
  { projection: 'people', file: 'learning', tables: ['facts', 'links', 'claims', 'merges'] },
  { projection: 'certificates', file: 'learning', tables: ['certificates', 'certificate_decisions'] },
  { projection: 'requests', file: 'learning', tables: ['requests'] },
];

/** How many rows are read and hashed at once. */
const CHUNK_ROWS = 4_096;

/**
 * The SHA-256 (hex) of all rows of some tables, table by table, each in the order of its primary key: files that hold
 * the same rows have the same digest, in whatever order and portions these were written. The caller holds the
 * transaction.
 * @param onChunk told after every few thousand rows
 */
export function digestOf(database: DatabaseSync, tables: readonly string[], onChunk: () => void): string {
  const hash = createHash('sha256');
  for (const table of tables) {
    hash.update(`${table}\n`);
    for (const rows of chunksOf(database, table)) {
      hash.update(rows).update('\n');
      onChunk();
    }
  }
  return hash.digest('hex');
}

/**
 * The rows of a table as text, one a line, some thousand at a time: SQLite joins them far faster than they could be
 * fetched one by one.
 */
function* chunksOf(database: DatabaseSync, table: string): Generator<string> {
  const columns = columnsOf(database, table);
  const keys = columns.filter(({ pk }) => pk > 0).sort((one, other) => one.pk - other.pk);
  const key = keys.map(({ name }) => name).join(', ');
  const bound = `(${key}) > (${keys.map(() => '?').join(', ')})`;
  const chunk = (where: string) =>
    database.prepare(`
      SELECT group_concat(row, x'0a') AS rows
      FROM (SELECT ${columns.map(literal).join(" || ',' || ")} AS row FROM ${table} ${where} ORDER BY ${key} LIMIT ${CHUNK_ROWS})`);
  const last = (where: string) => {
    const statement = database.prepare(
      `SELECT ${key} FROM ${table} ${where} ORDER BY ${key} LIMIT 1 OFFSET ${CHUNK_ROWS - 1}`,
    );
    statement.setReadBigInts(true);
    return statement;
  };
  const first = { rows: chunk(''), last: last('') };
  const next = { rows: chunk(`WHERE ${bound}`), last: last(`WHERE ${bound}`) };
  let behind: SQLOutputValue[] = [];
  for (;;) {
    const query: typeof first = behind.length === 0 ? first : next;
    const { rows } = query.rows.get(...behind) as { rows: string | null };
    if (rows !== null) yield rows;
    const end = query.last.get(...behind);
    if (end === undefined) return;
    behind = Object.values(end);
  }
}

interface Column {
  readonly name: string;
  readonly type: string;
  /** Its place in the primary key, from 1; 0 when it is not part of it. */
  readonly pk: number;
}

function columnsOf(database: DatabaseSync, table: string): Column[] {
  const columns = database.prepare('SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid').all(table);
  return columns as unknown as Column[];
}

/**
 * A value as an SQL literal, which tells apart whatever differs. As a text, one with a NUL character would end there:
 * its bytes do not.
 */
function literal({ name, type }: Column): string {
  return type === 'TEXT' ? `quote(CAST(${name} AS BLOB))` : `quote(${name})`;
}
