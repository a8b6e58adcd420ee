import type { DocumentContent, DocumentKey, DocumentStored, DocumentsDeleted } from '../src/events/types.ts';
import type { Change, ProjectedEvent, Row } from './change.ts';

/** The documents of the state and profile resources as they stand: the last content of each, until it is deleted. */
export function projectDocumentStored(event: ProjectedEvent<DocumentStored>): Change[] {
  const { key, contentType, sha1, content } = event.data;
  const { revision, recorded, credential } = event;
  const row = {
    content_type: contentType,
    etag: sha1,
    revision,
    updated: recorded,
    credential,
    ...contentColumns(content),
  };
  return [{ table: 'documents', put: { ...documentRow(key), ...row } }];
}

/**
 * Removes one document or, where the event names no id, all of a context: those whose keys have the members that are
 * named.
 */
export function projectDocumentsDeleted({ data }: ProjectedEvent<DocumentsDeleted>): Change[] {
  const { id, ...context } = data.key;
  if (id !== undefined) return [{ table: 'documents', removeWhere: documentRow({ ...context, id }) }];
  const owner = data.onlyOf === undefined ? {} : { credential: data.onlyOf };
  return [{ table: 'documents', removeWhere: { ...context, ...owner } }];
}

/** The primary key of a document: what a resource has no use for is the empty text. */
export function documentRow({ resource, activity, agent, registration, id }: DocumentKey): Row {
  return { resource, activity: activity ?? '', agent: agent ?? '', registration: registration ?? '', id };
}

function contentColumns(content: DocumentContent): Row {
  if ('sha256' in content) return { content: null, sha256: content.sha256, length: content.length };
  const bytes = 'text' in content ? Buffer.from(content.text, 'utf8') : Buffer.from(content.base64, 'base64');
  return { content: bytes, sha256: null, length: bytes.length };
}
