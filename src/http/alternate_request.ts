import type { IncomingMessage } from 'node:http';
import { LedgerlineError } from '../errors.ts';
import { VERSION_HEADER } from '../xapi/version.ts';
import { formPairs, type Query } from './form_text.ts';
import { versionHeader } from './version_header.ts';

const SPEC = 'xAPI 1.0.3 Communication 1.3';
const METHODS = ['GET', 'PUT', 'POST', 'DELETE'];

/** Who cannot set headers sends its form as text, or as nothing in particular. */
const FORM = /^\s*(?:application\/x-www-form-urlencoded|text\/plain)\s*(?:;|$)/i;

/** The headers that a form may carry as fields, in lower case. */
const HEADERS = new Set([
  'authorization',
  'x-experience-api-version',
  'content-type',
  'content-length',
  'if-match',
  'if-none-match',
  'accept',
  'accept-language',
]);

/**
 * The alternate request syntax of 1.0.3 (Communication 1.3), for browsers that could not do better: a POST with the
 * query parameter `method` and a form that carries headers, parameters and the body, as fields. The request gets the
 * method and the headers that are meant. 2.0 has no such syntax: there `method` is an unknown parameter like any other.
 * @param form the body
 * @returns the query and the body that are meant; undefined: the request means what it says
 */
export function alternateRequest(
  request: IncomingMessage,
  { method, ...further }: Query,
  form: Buffer | undefined,
): { readonly query: Query; readonly body: Buffer } | undefined {
  const fields = readForm(form, request.headers['content-type']);
  const headers = new Map([...fields].map(([name, value]) => [name.toLowerCase(), value]));
  const version = headers.get(VERSION_HEADER.toLowerCase()) ?? versionHeader(request);
  if (version?.startsWith('2')) return undefined;
  if (typeof method !== 'string' || !METHODS.includes(method)) {
    throw refusal('method', `it is one of ${METHODS.join(', ')}`);
  }
  if (Object.keys(further).length > 0) throw refusal('method', 'beside method there is no other query parameter');
  const query: Query = Object.create(null);
  for (const [name, value] of fields) {
    if (HEADERS.has(name.toLowerCase())) request.headers[name.toLowerCase()] = headerValue(name, value);
    else if (name !== 'content') query[name] = value;
  }
  request.method = method;
  if (!headers.has('content-type')) request.headers['content-type'] = 'application/json';
  return { query, body: Buffer.from(fields.get('content') ?? '') };
}

function readForm(body: Buffer | undefined, contentType: string | undefined): Map<string, string> {
  if (contentType !== undefined && !FORM.test(contentType)) {
    throw new LedgerlineError('invalid_header', 'A request with the parameter method is a form.', {
      property: 'Content-Type',
      rule: 'the content type is application/x-www-form-urlencoded',
      spec: SPEC,
    });
  }
  const fields = new Map<string, string>();
  for (const [name, value] of formPairs(body?.toString('latin1') ?? '')) {
    if (fields.has(name)) throw refusal(name, 'it stands once');
    fields.set(name, value);
  }
  return fields;
}

/** What may stand in an HTTP header (RFC 9110 5.5), so that it can go on as one. */
function headerValue(name: string, value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value.trim();
  throw refusal(name, 'it is the value of a header, on one line');
}

function refusal(property: string, rule: string): LedgerlineError {
  return new LedgerlineError('invalid_parameter', `The field ${property} cannot be taken: ${rule}.`, {
    property,
    rule,
    spec: SPEC,
  });
}
