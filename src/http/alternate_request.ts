import type { Request, RequestHandler } from 'express';
import { LedgerlineError } from '../errors.ts';
import { VERSION_HEADER } from '../xapi/version.ts';
import { formPairs } from './form_text.ts';

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

/** Whether a request may be one of the alternate syntax. */
export function isAlternate(request: Request): boolean {
  return request.method === 'POST' && request.query.method !== undefined;
}

/**
 * The alternate request syntax of 1.0.3 (Communication 1.3), for browsers that could not do better: a POST with the
 * query parameter `method` and a form that carries headers, parameters and the body, as fields. The request becomes the
 * one that is meant, and goes its ordinary way. 2.0 has no such syntax: there `method` is an unknown parameter like any
 * other. To be called when `isAlternate`, with the body read.
 */
export const alternateRequest: RequestHandler = (request, _response, next) => {
  const { method } = request.query;
  const fields = readForm(request.body, request.get('content-type'));
  const headers = new Map([...fields].map(([name, value]) => [name.toLowerCase(), value]));
  const version = headers.get(VERSION_HEADER.toLowerCase()) ?? request.get(VERSION_HEADER);
  if (version?.startsWith('2')) return next();
  if (typeof method !== 'string' || !METHODS.includes(method)) {
    throw refusal('method', `it is one of ${METHODS.join(', ')}`);
  }
  if (Object.keys(request.query).length > 1) throw refusal('method', 'beside method there is no other query parameter');
  const query = new URLSearchParams();
  for (const [name, value] of fields) {
    if (HEADERS.has(name.toLowerCase())) request.headers[name.toLowerCase()] = headerValue(name, value);
    else if (name !== 'content') query.append(name, value);
  }
  const content = fields.get('content');
  request.method = method;
  // Express derives `query` from the URL anew at each look.
  request.url = `${request.path}?${query}`;
  if (!headers.has('content-type')) request.headers['content-type'] = 'application/json';
  request.body = Buffer.from(content ?? '');
  next();
};

function readForm(body: unknown, contentType: string | undefined): Map<string, string> {
  if (contentType !== undefined && !FORM.test(contentType)) {
    throw new LedgerlineError('invalid_header', 'A request with the parameter method is a form.', {
      property: 'Content-Type',
      rule: 'the content type is application/x-www-form-urlencoded',
      spec: SPEC,
    });
  }
  const fields = new Map<string, string>();
  for (const [name, value] of formPairs(Buffer.isBuffer(body) ? body.toString('latin1') : '')) {
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
