import { setTimeout as wait } from 'node:timers/promises';
import { LedgerlineError } from '../errors.ts';
import { clusterFailure } from '../ledger/kurrentdb/failure.ts';
import type { ClusterEngine } from './engines.ts';

export interface Waiting {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Told why it waits, now and then. */
  readonly onNotice: (message: string) => void;
}

const PAUSE_MILLISECONDS = 1_000;
const NOTICE_MILLISECONDS = 15_000;

/**
 * Asks a cluster until it answers: at a start it may not be there yet. Undefined when it was ended.
 * @throws `invalid_config` when it refuses the user, and what else does not pass by itself
 */
export async function whenAnswered<T>(
  ask: () => Promise<T>,
  { hosts, stream }: Pick<ClusterEngine, 'hosts' | 'stream'>,
  { signal, onNotice }: Waiting,
): Promise<T | undefined> {
  let told = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      return await ask();
    } catch (error) {
      const failure = clusterFailure(error);
      if (failure === undefined) throw error;
      const message = `The ledger's cluster at ${hosts} (stream ${stream}) cannot be used: ${failure.reason}`;
      if (failure.isLasting && error instanceof LedgerlineError) throw error;
      if (failure.isLasting) throw new LedgerlineError('invalid_config', message, {}, error);
      if (performance.now() - told > NOTICE_MILLISECONDS) {
        told = performance.now();
        onNotice(`${message} (waiting for it)`);
      }
      await wait(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}
