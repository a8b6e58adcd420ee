import type { Progress } from './state.ts';

/** A batch that is done: its number in the order of the file, and what it adds to the progress. */
export interface Done extends Progress {
  readonly number: number;
}

/**
 * Follows batches that are done in any order. What it answers with counts only the batches before the first one that
 * is not done: what a resume may leave out.
 * @param from the progress before the first batch
 * @returns takes a batch that is done (`settled` its last position, `stored` and `refused` its own) and gives the
 *   progress
 */
export function createTracker(from: Progress): (done: Done) => Progress {
  let progress = from;
  let next = 0;
  const ahead = new Map<number, Progress>();
  return ({ number, ...done }) => {
    ahead.set(number, done);
    for (let batch = ahead.get(next); batch !== undefined; batch = ahead.get(next)) {
      ahead.delete(next);
      next += 1;
      progress = {
        settled: batch.settled,
        stored: progress.stored + batch.stored,
        refused: progress.refused + batch.refused,
      };
    }
    return progress;
  };
}
