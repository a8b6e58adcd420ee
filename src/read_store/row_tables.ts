import { DOCUMENTS, IDENTITY, type RowProjections } from '../../projections/registry.ts';
import type { ProjectionSchema } from './projection_file.ts';

/** A file of the read store that holds rows, changed event by event: its tables, and the projections that fill them. */
export interface RowGroup {
  readonly schema: ProjectionSchema;
  readonly projections: RowProjections;
}

/**
 * `issued` and `revoked` are ledger revisions, and when they were recorded in microseconds; `scopes`, `roles` and
 * `authority` are JSON.
 */
export const IDENTITY_GROUP: RowGroup = {
  schema: {
    name: 'identity',
    version: 3,
    tables: `
      CREATE TABLE credentials (key TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, name TEXT NOT NULL,
        scopes TEXT NOT NULL, roles TEXT NOT NULL, authority TEXT NOT NULL, issued INTEGER NOT NULL, issued_at INTEGER NOT NULL,
        revoked INTEGER, revoked_at INTEGER) STRICT, WITHOUT ROWID;
    `,
  },
  projections: IDENTITY,
};

/**
 * A document's content stands in the row, or in the blob that `sha256` names. `etag` is its SHA-1 in hex, `updated` in
 * microseconds.
 */
export const DOCUMENT_GROUP: RowGroup = {
  schema: {
    name: 'documents',
    version: 1,
    tables: `
      CREATE TABLE documents (resource TEXT, activity TEXT, agent TEXT, registration TEXT, id TEXT,
        content_type TEXT NOT NULL, etag TEXT NOT NULL, revision INTEGER NOT NULL, updated INTEGER NOT NULL,
        credential TEXT NOT NULL, length INTEGER NOT NULL, sha256 TEXT, content BLOB,
        PRIMARY KEY (resource, activity, agent, registration, id)) STRICT;
    `,
  },
  projections: DOCUMENTS,
};
