/**
 * The closed set of everything that can go wrong on purpose. A code is stable: clients and tests may rely on it,
 * whatever the message says. `src/http/error_response.ts` is the one place that turns a code into an HTTP response.
 */
export const ERROR_CODES = [
  'invalid_json',
  'invalid_statement',
  'invalid_parameter',
  'invalid_header',
  'invalid_body',
  'unauthenticated',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  'precondition_failed',
  'too_large',
  'unsupported_media_type',
  'overloaded',
  'unavailable',
  'wrong_expected_revision',
  'invalid_event',
  'invalid_config',
  'data_in_use',
  'damaged',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorDetails {
  /** The offending property: a JSON pointer into the request body, or the name of a parameter or header. */
  readonly property?: string;
  /** The rule that was broken, in one sentence. */
  readonly rule?: string;
  /** Where the rule stands: a specification's part and section, like `xAPI 1.0.3 Data 2.4.1`. */
  readonly spec?: string;
  /** For `overloaded` and `unavailable`: whole seconds after which a retry makes sense. */
  readonly retryAfterSeconds?: number;
}

/** The only error that this project throws on purpose. Anything else that is caught is our mistake. */
export class LedgerlineError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LedgerlineError';
    this.code = code;
    this.details = details;
  }
}
