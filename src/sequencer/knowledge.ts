import { documentRow } from '../../projections/documents.ts';
import type { BlobFiles } from '../blobs/blob_files.ts';
import type { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import type { RowFiles } from '../read_store/row_groups.ts';
import type { Knowledge } from './accepted.ts';
import type { KnownStatements } from './known_statements.ts';
import { learningKnowledgeOf } from './learning_knowledge.ts';

export interface KnowledgeSources {
  readonly known: KnownStatements;
  /** Reads the data of statements: from the ledger's own file, or from the local copy. */
  readonly reader: SqliteLedgerReader;
  readonly rows: RowFiles;
  readonly blobs: BlobFiles;
}

interface DocumentColumns {
  content_type: string;
  etag: string;
  credential: string;
  sha256: string | null;
  content: Uint8Array | null;
}

/**
 * What decisions see, from the read store's files as the sequencer holds them: with what the present group has done so
 * far.
 */
export function knowledgeOf({ known, reader, rows, blobs }: KnowledgeSources): Knowledge {
  const { identity, documents, learning } = rows;
  const credential = identity.database.prepare('SELECT revoked FROM credentials WHERE key = ?');
  const document = documents.database.prepare(`
    SELECT content_type, etag, credential, sha256, content FROM documents
    WHERE resource = ? AND activity = ? AND agent = ? AND registration = ? AND id = ?`);
  return {
    learning: learningKnowledgeOf(learning.database),
    statement(id) {
      const revision = known.revisionOf(id);
      return revision === undefined ? undefined : reader.dataAt(revision);
    },
    credential(key) {
      const row = credential.get(key) as { revoked: number | null } | undefined;
      if (row === undefined) return 'unknown';
      return row.revoked === null ? 'valid' : 'revoked';
    },
    document(key) {
      const { resource, activity, agent, registration, id } = documentRow(key);
      const row = document.get(resource!, activity!, agent!, registration!, id!) as DocumentColumns | undefined;
      if (row === undefined) return undefined;
      const content = () => row.content ?? blobs.readSync(row.sha256!);
      return { contentType: row.content_type, etag: row.etag, credential: row.credential, content };
    },
    countDocuments(key, onlyOf) {
      const columns = { ...key, ...(onlyOf === undefined ? {} : { credential: onlyOf }) };
      const where = Object.keys(columns).map((column) => `${column} = ?`);
      const count = documents.database.prepare(`SELECT count(*) AS count FROM documents WHERE ${where.join(' AND ')}`);
      return (count.get(...Object.values(columns)) as { count: number }).count;
    },
  };
}
