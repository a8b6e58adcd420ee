import type { DatabaseSync } from 'node:sqlite';
import type { Change } from '../../projections/change.ts';
import { IDENTITY } from '../../projections/registry.ts';
import { decode } from '../events/codec.ts';
import type { EventType } from '../events/types.ts';
import type { RecordedEvent } from '../ledger/ledger.ts';
import type { ProjectionSchema } from './projection_file.ts';

/** The tables of the identity file. `issued` and `revoked` are ledger revisions; `scopes` and `authority` are JSON. */
export const IDENTITY_TABLES: ProjectionSchema = {
  name: 'identity',
  version: 1,
  tables: `
    CREATE TABLE credentials (key TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
      authority TEXT NOT NULL, issued INTEGER NOT NULL, revoked INTEGER) STRICT, WITHOUT ROWID;
  `,
};

/** The changes that an event makes to the identity file; none for the events of other files. */
export function identityChanges(event: RecordedEvent): Change[] {
  const type = event.type as EventType;
  const project = IDENTITY[type] as ((revision: number, data: unknown) => Change[]) | undefined;
  return project === undefined ? [] : project(event.revision, decode(type, event.version, event.data));
}

/** Applies changes in their order. The caller holds the transaction. */
export function applyChanges(database: DatabaseSync, changes: readonly Change[]): void {
  for (const change of changes) {
    const values = 'put' in change ? change.put : { ...change.update, ...change.where };
    const names = Object.keys(values);
    const sql =
      'put' in change
        ? `INSERT OR REPLACE INTO ${change.table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
        : `UPDATE ${change.table} SET ${assignments(change.update)} WHERE ${assignments(change.where, ' AND ')}`;
    database.prepare(sql).run(...Object.values(values));
  }
}

function assignments(row: Readonly<Record<string, unknown>>, separator = ', '): string {
  return Object.keys(row)
    .map((name) => `${name} = ?`)
    .join(separator);
}
