import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { LedgerlineError } from '../errors.ts';
import type { DocumentContent, DocumentStored } from '../events/types.ts';
import { mergeDocuments } from '../xapi/document_merge.ts';
import { checkPrecondition } from '../xapi/preconditions.ts';
import { type Accepted, type Append, type Knowledge, type KnownDocument, one } from './accepted.ts';
import type { DeleteDocuments, WriteDocument } from './command.ts';

/** Content up to this many bytes stands in the event; a larger one in a blob that the event names. */
export const LARGEST_INLINE = 64 * 1024;

/**
 * A PUT replaces, a POST of JSON is merged into what is there (xAPI 1.0.3 Communication 2.2), both only if the
 * preconditions hold (3.1).
 * @throws `precondition_failed`, `conflict`, `invalid_header`, `invalid_body`, `too_large`, `forbidden`
 */
export function decideWriteDocument(command: WriteDocument, knowledge: Knowledge, append: Append): Accepted {
  const { key, method, version, preconditions, contentType, content, limit, onlyOwn, credential } = command;
  const known = knowledge.document(key);
  refuseForeign(known, onlyOwn, credential);
  checkPrecondition(method, key.resource, version, preconditions, known);
  const merged = method === 'POST' && known !== undefined;
  const bytes = merged
    ? mergeDocuments({ contentType: known.contentType, bytes: known.content() }, { contentType, bytes: content })
    : content;
  if (bytes.length > limit) throw tooLarge(limit);
  const data: DocumentStored = {
    key,
    contentType,
    sha1: hash('sha1', bytes),
    ...(merged ? { merged: true } : {}),
    content: contentOf(bytes, append),
  };
  return one('document-stored', credential, data, append);
}

/** @throws `precondition_failed`, `forbidden` */
export function decideDeleteDocuments(command: DeleteDocuments, knowledge: Knowledge, append: Append): Accepted {
  const { key, version, preconditions, onlyOwn, credential } = command;
  const { id, ...context } = key;
  if (id === undefined) {
    const onlyOf = onlyOwn ? credential : undefined;
    if (knowledge.countDocuments(context, onlyOf) === 0) return { events: [] };
    return one('documents-deleted', credential, { key: context, ...(onlyOf ? { onlyOf } : {}) }, append);
  }
  const known = knowledge.document({ ...context, id });
  refuseForeign(known, onlyOwn, credential);
  checkPrecondition('DELETE', key.resource, version, preconditions, known);
  if (known === undefined) return { events: [] };
  return one('documents-deleted', credential, { key }, append);
}

function contentOf(bytes: Uint8Array, append: Append): DocumentContent {
  if (bytes.length > LARGEST_INLINE) return append.keepBlob(bytes);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? { text: buffer.toString('utf8') } : { base64: buffer.toString('base64') };
}

function tooLarge(limit: number): LedgerlineError {
  return new LedgerlineError('too_large', `The document would be larger than ${limit} bytes.`, {
    rule: 'LEDGERLINE_MAX_BODY',
    spec: 'xAPI 1.0.3 Communication 3.2',
  });
}

function refuseForeign(known: KnownDocument | undefined, onlyOwn: boolean, credential: string): void {
  if (known === undefined || !onlyOwn || known.credential === credential) return;
  throw new LedgerlineError('forbidden', 'The document was written with another credential.', {
    rule: 'a credential with the scope statements/read/mine has to do with its own documents only',
    spec: 'xAPI 1.0.3 Communication 4.2',
  });
}
