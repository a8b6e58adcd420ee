import { setTimeout as wait } from 'node:timers/promises';
import type { Ledger } from '../ledger/ledger.ts';
import type { Gauges } from './gauges.ts';
import type { Sequencer } from './sequencer.ts';

export interface FollowParts {
  readonly ledger: Ledger;
  readonly sequencer: Sequencer;
  readonly gauges: Gauges;
  /** The last revision that is applied. */
  readonly applied: () => number;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/** A node that has appended within this time knows that it has everything: it needs not be told its own events. */
const BUSY_MILLISECONDS = 250;
const LONGEST_PAUSE_MILLISECONDS = 5_000;

/**
 * Follows what other nodes append, by a subscription and, for what that does not tell, by a look at the head four times
 * a second; both begin again by themselves where the ledger is lost. Resolves when the signal has ended it.
 */
export async function followLedger(parts: FollowParts): Promise<void> {
  await Promise.all([
    repeat(parts, () => subscribe(parts)),
    repeat(parts, async () => {
      if (parts.sequencer.sinceOwnAppend > BUSY_MILLISECONDS) await parts.sequencer.refresh();
    }),
  ]);
}

/** Again and again; after failures with longer and longer pauses. A failure is told of once until it goes well again. */
async function repeat({ gauges, signal, onFailure }: FollowParts, work: () => Promise<void>): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      await work();
      failures = 0;
      await sleep(BUSY_MILLISECONDS, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (failures++ === 0) onFailure(error);
      gauges.add('reconnects');
      const longest = Math.min(100 * 2 ** failures, LONGEST_PAUSE_MILLISECONDS);
      await sleep(longest * (0.5 + Math.random() / 2), signal);
    }
  }
}

/** Until this node appends itself, so that what others append is applied as soon as it is there. */
async function subscribe({ ledger, sequencer, applied, signal }: FollowParts): Promise<void> {
  if (sequencer.sinceOwnAppend < BUSY_MILLISECONDS) return;
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  for await (const events of ledger.subscribe(applied() + 1, either)) {
    if (sequencer.sinceOwnAppend < BUSY_MILLISECONDS) ended.abort();
    else await sequencer.follow(events);
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return wait(milliseconds, undefined, { signal }).catch(() => {});
}
