import { LedgerlineError } from '../../errors.ts';

/** The refusal when the cluster has not answered, or not in time. */
export function unreachable(what: string, cause?: unknown): LedgerlineError {
  return new LedgerlineError(
    'unavailable',
    `The ledger's cluster does not answer: ${what}.`,
    { retryAfterSeconds: 1 },
    cause,
  );
}

/**
 * Waits for an answer, but not for ever: the client puts no deadline on reads and batch appends.
 * @throws `unavailable` when `milliseconds` have passed; what comes later is dropped
 */
export async function timely<T>(answer: Promise<T>, milliseconds: number, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(unreachable(`${what} took over ${milliseconds} ms`)), milliseconds);
  answer.catch(() => {});
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
