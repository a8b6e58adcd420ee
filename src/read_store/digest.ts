import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

/** A projection as it stands in the read store: the file and the tables that hold it. */
export interface ProjectionTables {
  readonly projection: string;
  readonly file: 'statements' | 'identity' | 'documents';
  readonly tables: readonly string[];
}

/** Every projection with all that its answers are made from; `terms` gives the numbers in the other tables their meaning. */
export const PROJECTION_TABLES: readonly ProjectionTables[] = [
  {
    projection: 'statement_index',
    file: 'statements',
    tables: ['terms', 'postings', 'ids', 'statements', 'referrers', 'moments'],
  },
  { projection: 'learner_history', file: 'statements', tables: ['terms', 'history'] },
  { projection: 'activities', file: 'statements', tables: ['terms', 'activities'] },
  { projection: 'credentials', file: 'identity', tables: ['credentials'] },
  { projection: 'documents', file: 'documents', tables: ['documents'] },
];

/** How many rows are hashed at once. */
const CHUNK_ROWS = 4_096;

/**
 * The SHA-256 (hex) of all rows of some tables, table by table, each in the order of its primary key: files that hold the same rows have the same digest,
 * in whatever order and portions these were written. The caller holds the transaction.
 * @param onRows told of the rows hashed so far, every few thousand
 */
export function digestOf(database: DatabaseSync, tables: readonly string[], onRows: (rows: number) => void): string {
  const hash = createHash('sha256');
  let rows = 0;
  for (const table of tables) {
    hash.update(`${table}\n`);
    let chunk: string[] = [];
    const take = () => {
      rows += chunk.length;
      hash.update(chunk.join('\n')).update('\n');
      chunk = [];
      onRows(rows);
    };
    for (const { row } of database.prepare(rowsAsText(database, table)).iterate()) {
      chunk.push(row as string);
      if (chunk.length === CHUNK_ROWS) take();
    }
    if (chunk.length > 0) take();
  }
  return hash.digest('hex');
}

/** The query for a table's rows as SQL literals, which tell apart whatever values differ. (A text as one would end at a NUL character: its bytes do not.) */
function rowsAsText(database: DatabaseSync, table: string): string {
  const columns = database.prepare('SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid').all(table) as unknown as {
    name: string;
    type: string;
    pk: number;
  }[];
  const literal = ({ name, type }: { name: string; type: string }) =>
    type === 'TEXT' ? `quote(CAST(${name} AS BLOB))` : `quote(${name})`;
  const literals = columns.map(literal).join(" || ',' || ");
  const key = columns.filter(({ pk }) => pk > 0).sort((one, other) => one.pk - other.pk);
  return `SELECT ${literals} AS row FROM ${table} ORDER BY ${key.map(({ name }) => name).join(', ')}`;
}
