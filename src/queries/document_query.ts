import type { DatabaseSync } from 'node:sqlite';
import { documentRow } from '../../projections/documents.ts';
import type { DocumentKey } from '../events/types.ts';

/** A document as it stands. */
export interface FoundDocument {
  readonly contentType: string;
  /** SHA-1 of the content in hex. */
  readonly etag: string;
  /** Microseconds since 1970 UTC. */
  readonly updated: number;
  readonly length: number;
  /** The content, or null when it stands in the blob `sha256`. */
  readonly content: Uint8Array | null;
  readonly sha256: string | null;
}

/** @param onlyOf the only credential whose documents may be seen */
export function findDocument(
  database: DatabaseSync,
  key: DocumentKey,
  onlyOf: string | undefined,
): FoundDocument | undefined {
  const { resource, activity, agent, registration, id } = documentRow(key);
  const row = database
    .prepare(
      `SELECT content_type AS contentType, etag, updated, length, content, sha256, credential FROM documents
       WHERE resource = ? AND activity = ? AND agent = ? AND registration = ? AND id = ?`,
    )
    .get(resource!, activity!, agent!, registration!, id!);
  if (row === undefined || (onlyOf !== undefined && row.credential !== onlyOf)) return undefined;
  return row as unknown as FoundDocument;
}

/** The ids of the documents whose keys have all members of `context`. */
export interface FoundDocumentIds {
  readonly ids: readonly string[];
  /** When the newest of them was written: microseconds since 1970 UTC; undefined when there are none. */
  readonly updated: number | undefined;
}

/** @param since only documents written later than this: microseconds since 1970 UTC */
export function findDocumentIds(
  database: DatabaseSync,
  context: Omit<DocumentKey, 'id'>,
  since: number | undefined,
  onlyOf: string | undefined,
): FoundDocumentIds {
  const columns = { ...context, ...(onlyOf === undefined ? {} : { credential: onlyOf }) };
  const where = Object.keys(columns).map((column) => `${column} = ?`);
  const rows = database
    .prepare(
      `SELECT id, max(updated) AS updated FROM documents WHERE ${where.join(' AND ')} AND updated > ? GROUP BY id ORDER BY id`,
    )
    .all(...Object.values(columns), since ?? -1) as { id: string; updated: number }[];
  return {
    ids: rows.map(({ id }) => id),
    updated: rows.length === 0 ? undefined : Math.max(...rows.map(({ updated }) => updated)),
  };
}
