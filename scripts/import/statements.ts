import { createHash } from 'node:crypto';
import { parseJson } from '../../src/xapi/parse_json.ts';
import type { Piece } from './splitting.ts';

/** A statement that can be posted: a JSON object with an id, otherwise not checked. */
export interface Statement {
  readonly position: number;
  /** Its id as in the file, or the one that it was given; whatever JSON value the file had. */
  readonly id: unknown;
  /** What is posted: the bytes of the file, so that no number or member changes on the way. */
  readonly bytes: Buffer;
}

/** A statement that did not get in, and why. */
export interface Refusal {
  readonly position: number;
  readonly id?: unknown;
  /** The HTTP status of the refusal; missing when the statement was not worth posting. */
  readonly status?: number;
  readonly code: string;
  readonly message: string;
  /** JSON pointer into the statement. */
  readonly property?: string | undefined;
  readonly rule?: string | undefined;
  readonly spec?: string | undefined;
}

/** The namespace of the ids given here, itself made at random. */
const NAMESPACE = Buffer.from('6b1f0c1e4b0e4c0fa3c55d2c8f3a9e77', 'hex');

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Makes a piece of the file ready to be posted, or says why it cannot be. A statement without an id gets one
 * (`idFor`), since the store would otherwise take it for a new one each time that it is posted.
 * @param head which file it is, as `Input.head`
 */
export function readStatement({ position, bytes }: Piece, head: string): Statement | Refusal {
  const unreadable = (rule: string): Refusal => ({ position, code: 'invalid_json', message: rule, rule });
  let value: unknown;
  try {
    value = parseJson(utf8.decode(bytes));
  } catch (error) {
    return unreadable(error instanceof SyntaxError ? `not JSON: ${error.message}` : 'not UTF-8');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return unreadable('not a JSON object');
  if (Object.hasOwn(value, 'id')) return { position, bytes, id: (value as { id: unknown }).id };
  const id = idFor(head, position, bytes);
  const isEmpty = Object.keys(value).length === 0;
  return { position, id, bytes: Buffer.concat([Buffer.from(`{"id":"${id}"${isEmpty ? '' : ','}`), bytes.subarray(1)]) };
}

/**
 * The id of a statement that has none: a UUID of version 5 (RFC 9562, section 5.5) of the file, the statement's place
 * in it and its bytes. It is the same each time that the file is imported, and another one for an equal statement
 * elsewhere.
 */
export function idFor(head: string, position: number, bytes: Buffer): string {
  const hash = createHash('sha1').update(NAMESPACE).update(`${head}/${position}/`).update(bytes).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
