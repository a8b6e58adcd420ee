import type { ServerResponse } from 'node:http';
import { LedgerlineError } from '../errors.ts';

/**
 * The refusal of a method that a resource does not have; its answer names those that it has.
 * @param allowed as in the header Allow
 */
export function methodNotAllowed(
  method: string | undefined,
  response: ServerResponse,
  allowed: string,
): LedgerlineError {
  response.setHeader('Allow', allowed);
  return new LedgerlineError('method_not_allowed', `${method} is not possible here.`, { rule: allowed });
}
