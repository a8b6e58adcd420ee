import { isUtf8 } from 'node:buffer';
import { LedgerlineError } from '../errors.ts';
import { parseExactJson } from '../xapi/exact_json.ts';

/** The JSON in a body, with nothing lost. @throws `invalid_json`, `invalid_body` when there is none */
export function jsonBody(body: Buffer | undefined): unknown {
  if (body === undefined || body.length === 0) {
    throw new LedgerlineError('invalid_body', 'The request has no body.', { rule: 'the body is JSON' });
  }
  return parseJsonBody(body);
}

/** As `jsonBody`, from bytes. @throws `invalid_json` */
export function parseJsonBody(body: Buffer): unknown {
  if (!isUtf8(body))
    throw new LedgerlineError('invalid_json', 'The body is not UTF-8.', { rule: 'JSON is UTF-8 text' });
  const text = body.toString('utf8');
  return parseExactJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}
