import type { Batch } from './batches.ts';
import type { Outcome } from './settling.ts';
import type { Progress } from './state.ts';
import type { Refusal, Statement } from './statements.ts';
import { createTracker } from './tracker.ts';

export interface Run {
  readonly batches: AsyncGenerator<Batch>;
  /** How far an earlier run came. */
  readonly from: Progress;
  /** How many batches are settled at the same time. */
  readonly connections: number;
  /** Stores what can be stored of a batch. */
  readonly settle: (statements: readonly Statement[]) => Promise<Outcome>;
  /** Ends the run after the batches that are under way. */
  readonly signal: AbortSignal;
  readonly onRefusal: (refusal: Refusal) => void;
  /** Told after each batch: what is settled without a gap, and all that is settled. */
  readonly onProgress: (settled: Progress, all: Omit<Progress, 'settled'>) => void;
}

/** How a run ended: how far it came, and what kept it from the end of the file, if anything. */
export interface End {
  readonly progress: Progress;
  readonly failure?: unknown;
}

/**
 * Settles all batches, some at the same time. A failure of one, or of reading the file, stops the run when the others
 * that are under way have ended.
 */
export async function run({ batches, from, connections, settle, signal, onRefusal, onProgress }: Run): Promise<End> {
  const settled = createTracker(from);
  const failures: unknown[] = [];
  let progress = from;
  let { stored, refused } = from;

  async function work(): Promise<void> {
    while (failures.length === 0 && !signal.aborted) {
      const next = await batches.next();
      if (next.done) return;
      const { number, last, statements, unreadable } = next.value;
      const outcome = await settle(statements);
      const refusals = [...unreadable, ...outcome.refused].sort((one, other) => one.position - other.position);
      refusals.forEach(onRefusal);
      stored += outcome.stored;
      refused += refusals.length;
      progress = settled({ number, settled: last, stored: outcome.stored, refused: refusals.length });
      onProgress(progress, { stored, refused });
    }
  }

  const workers = Array.from({ length: connections }, () => work().catch((failure: unknown) => failures.push(failure)));
  await Promise.all(workers);
  await batches.return(undefined);
  const failure = failures[0] ?? (signal.aborted ? signal.reason : undefined);
  return failure === undefined ? { progress } : { progress, failure };
}
