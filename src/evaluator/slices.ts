import { LedgerlineError } from '../errors.ts';

/** How long other work waits while statuses are worked out, in milliseconds. */
const SLICE_MS = 20;

/**
 * Works for some milliseconds at a time.
 * @param pause lets others work; false: it is ended
 * @param first where to begin
 * @returns where it was ended; the number of persons: it is whole
 */
export async function inSlices(
  persons: readonly string[],
  pause: () => Promise<boolean>,
  work: (slice: (one: (person: string) => void) => void) => void,
  first = 0,
): Promise<number> {
  for (let next = first; next < persons.length; ) {
    const until = performance.now() + SLICE_MS;
    work((one) => {
      do one(persons[next++]!);
      while (next < persons.length && performance.now() < until);
    });
    if (!(await pause())) return next;
  }
  return persons.length;
}

/** The thread ends before an answer was whole. */
export function ended(): LedgerlineError {
  return new LedgerlineError('unavailable', 'The statuses cannot be worked out now.', { retryAfterSeconds: 2 });
}
