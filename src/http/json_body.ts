import { isUtf8 } from 'node:buffer';
import { LedgerlineError } from '../errors.ts';
import { parseExactJson } from '../xapi/exact_json.ts';

/** The JSON in a body, with nothing lost. @throws `invalid_json`, `invalid_body` when there is none */
export function jsonBody(body: Buffer | undefined): unknown {
  return parseJsonBody(requiredBody(body));
}

/** As `jsonBody`, from bytes. @throws `invalid_json` */
export function parseJsonBody(body: Buffer): unknown {
  return parseExactJson(jsonText(body));
}

/** The body of a request that must have one. @throws `invalid_body` */
export function requiredBody(body: Buffer | undefined): Buffer {
  if (body !== undefined && body.length > 0) return body;
  throw new LedgerlineError('invalid_body', 'The request has no body.', { rule: 'the body is JSON' });
}

/** The text of a body, which is to be JSON. @throws `invalid_json` when it is not UTF-8 */
export function jsonText(body: Buffer): string {
  if (!isUtf8(body))
    throw new LedgerlineError('invalid_json', 'The body is not UTF-8.', { rule: 'JSON is UTF-8 text' });
  const text = body.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
