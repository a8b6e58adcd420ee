import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Locals } from 'express';
import type { Logger } from 'pino';
import { type ErrorCode, LedgerlineError } from '../errors.ts';
import { sectionIn200 } from '../xapi/sections.ts';
import { VERSION_HEADER, versionAsked } from '../xapi/version.ts';
import { BASIC_CHALLENGE } from './require_identity.ts';
import { sendJson } from './send.ts';

/** The one place where an error code becomes an HTTP status. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_json: 400,
  invalid_statement: 400,
  invalid_parameter: 400,
  invalid_header: 400,
  invalid_body: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  overloaded: 503,
  unavailable: 503,
  wrong_expected_revision: 500,
  invalid_event: 500,
  invalid_config: 500,
  data_in_use: 500,
  damaged: 500,
  internal: 500,
};

/** The body of every refusal. */
export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly property?: string;
    readonly rule?: string;
    readonly spec?: string;
    /** The request's id, which the log has too. */
    readonly id: string;
  };
}

/**
 * Answers with the error, and logs what the store could not do; of what is our own mistake the client learns nothing but
 * the id. As Express has it of its last handler: `next` is called where an answer has begun already.
 */
export function errorResponse(log: Logger) {
  return (
    thrown: unknown,
    request: IncomingMessage,
    response: ServerResponse & { readonly locals?: Partial<Locals> },
    next: (thrown: unknown) => void,
  ): void => {
    const error = asLedgerlineError(thrown);
    const status = STATUS[error.code];
    const id = String(response.getHeader('X-Request-Id'));
    const { method, url } = request;
    if (status === 500) log.error({ id, method, url, err: thrown }, 'request failed');
    else log[status > 500 ? 'warn' : 'debug']({ id, method, url, status, reason: error.message }, 'request refused');
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const { property, rule, spec, retryAfterSeconds } = error.details;
    if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
    if (status === 401) response.setHeader('WWW-Authenticate', response.locals?.challenge ?? BASIC_CHALLENGE);
    const told =
      status === 500 ? { code: 'internal' as const, message: 'The store failed; the log knows more.' } : error;
    const body: ErrorBody = {
      error: {
        code: told.code,
        message: told.message,
        ...(status !== 500 && property !== undefined ? { property } : {}),
        ...(status !== 500 && rule !== undefined ? { rule } : {}),
        ...(status !== 500 && spec !== undefined ? { spec: isOf200(response) ? sectionIn200(spec) : spec } : {}),
        id,
      },
    };
    response.statusCode = status;
    sendJson(response, body);
  };
}

function isOf200(response: ServerResponse): boolean {
  return versionAsked(response.getHeader(VERSION_HEADER)?.toString()) === '2.0.0';
}

/** The refusal of a request for what there is not. @param target its path, with a query or without */
export function nothingAt(target: string): LedgerlineError {
  return new LedgerlineError('not_found', `There is nothing at ${target.replace(/\?.*/s, '')}.`);
}

/** What Express and its body parsers throw, in our codes. */
function asLedgerlineError(thrown: unknown): LedgerlineError {
  if (thrown instanceof LedgerlineError) return thrown;
  const { status, type, message, limit } = thrown as {
    status?: number;
    type?: string;
    message?: string;
    limit?: number;
  };
  if (type === 'entity.too.large') {
    return new LedgerlineError('too_large', `The body is larger than ${limit} bytes.`, { rule: 'LEDGERLINE_MAX_BODY' });
  }
  if (status === 415) return new LedgerlineError('unsupported_media_type', `${message}.`);
  if (status !== undefined && status >= 400 && status < 500) {
    return new LedgerlineError('invalid_body', `The request cannot be read: ${message}.`);
  }
  return new LedgerlineError('internal', 'The store failed.', {}, thrown);
}
