import type { RequestHandler } from 'express';
import { LedgerlineError } from '../errors.ts';
import type { Store } from '../store.ts';

/** The parameter by which a client asks for an answer that has a revision in it, whichever node gives it. */
export const MIN_REVISION = 'minRevision';
const RULE = 'it is a ledger revision: a whole number';
/** How long an answer waits for it. */
const WAIT_MILLISECONDS = 2_000;

/**
 * Lets a request on when the revision that it asks for can be read; `response.locals.minRevision` is then that
 * revision. @throws `invalid_parameter`, `unavailable`
 */
export function awaitRevision(store: Store): RequestHandler {
  return async (request, response, next) => {
    const asked = request.query[MIN_REVISION];
    if (asked === undefined) return next();
    if (typeof asked !== 'string' || !/^\d{1,15}$/.test(asked)) {
      const message = `The parameter ${MIN_REVISION} cannot be taken: ${RULE}.`;
      throw new LedgerlineError('invalid_parameter', message, { property: MIN_REVISION, rule: RULE });
    }
    await store.reached(Number(asked), WAIT_MILLISECONDS);
    response.locals.minRevision = Number(asked);
    next();
  };
}
