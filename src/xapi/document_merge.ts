import { LedgerlineError } from '../errors.ts';
import { parseExactJson } from './exact_json.ts';
import { isJson } from './media_type.ts';

/** A document of the state and profile resources. */
export interface DocumentContents {
  /** The Content-Type with which it was sent. */
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

const SPEC = 'xAPI 1.0.3 Communication 2.2';

/**
 * The document that a POST makes of an existing JSON object and the posted one: each member of the posted object, as a
 * whole, takes the place of the existing member of its name (Communication 2.2, JSON procedure).
 * @returns the merged object as UTF-8 JSON
 * @throws LedgerlineError `invalid_body` when either is not `application/json`, or not a JSON object that can be
 * rewritten without loss
 */
export function mergeDocuments(existing: DocumentContents, posted: DocumentContents): Uint8Array {
  const merged = { ...readObject(existing, 'The existing document'), ...readObject(posted, 'The posted document') };
  return new TextEncoder().encode(JSON.stringify(merged));
}

function readObject({ contentType, bytes }: DocumentContents, which: string): object {
  if (!isJson(contentType)) {
    throw new LedgerlineError('invalid_body', `${which} has the Content-Type ${contentType}; replace it by a PUT.`, {
      property: 'Content-Type',
      rule: 'both documents of a merge must be application/json',
      spec: SPEC,
    });
  }
  const value = parseExactJson(readUtf8(bytes, which), 'invalid_body');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new LedgerlineError('invalid_body', `${which} is not a JSON object; replace it by a PUT.`, {
    property: '',
    rule: 'both documents of a merge must be JSON objects',
    spec: SPEC,
  });
}

function readUtf8(bytes: Uint8Array, which: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new LedgerlineError('invalid_body', `${which} is not UTF-8.`, {
      property: '',
      rule: 'JSON must be UTF-8',
      spec: 'xAPI 1.0.3 Communication 1.4',
    });
  }
}
