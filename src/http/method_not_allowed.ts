import type { RequestHandler } from 'express';
import { LedgerlineError } from '../errors.ts';

/** Refuses every method that the routes before did not take. @param allowed as in the header Allow */
export function methodNotAllowed(allowed: string): RequestHandler {
  return (request, response) => {
    response.setHeader('Allow', allowed);
    throw new LedgerlineError('method_not_allowed', `${request.method} is not possible here.`, { rule: allowed });
  };
}
