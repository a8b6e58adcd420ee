import { hash } from 'node:crypto';
import type { Request } from 'express';
import { LedgerlineError } from '../errors.ts';
import type { RequestMark } from '../events/learning_types.ts';

/** The header by which a client names a request, so that a retry of it does nothing more. */
export const IDEMPOTENCY_KEY = 'Idempotency-Key';
const KEY_RULE = 'it is 1 to 200 visible ASCII characters';
const MATCH_RULE = 'it is one ledger revision in quotes, as an ETag gives it: "123"';

/**
 * The key that a client gave to a request, with a digest of all that it asks for: SHA-256 of method, path with query,
 * and body. @throws `invalid_header`
 */
export function readMark(request: Request): RequestMark | undefined {
  const key = request.get(IDEMPOTENCY_KEY);
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) throw invalid(IDEMPOTENCY_KEY, KEY_RULE);
  const line = Buffer.from(`${request.method} ${request.originalUrl}\n`);
  const body: unknown = request.body;
  const asked = Buffer.isBuffer(body) ? Buffer.concat([line, body]) : line;
  return { key, digest: hash('sha256', asked) };
}

/** The revision that `If-Match` names (RFC 9110 13.1.1); `*` and lists are not taken.
 * @param isTaken whether the command looks at it @throws `invalid_header` */
export function readIfMatch(request: Request, isTaken: boolean): number | undefined {
  const written = request.get('If-Match');
  if (written === undefined) return undefined;
  if (!isTaken) throw invalid('If-Match', 'this command changes nothing that has an ETag');
  const revision = /^"(0|[1-9]\d{0,14})"$/.exec(written)?.[1];
  if (revision === undefined) throw invalid('If-Match', MATCH_RULE);
  return Number(revision);
}

function invalid(property: string, rule: string): LedgerlineError {
  return new LedgerlineError('invalid_header', `The header ${property} cannot be taken: ${rule}.`, { property, rule });
}
