import { setTimeout as wait } from 'node:timers/promises';
import { LedgerlineError } from '../../src/errors.ts';
import type { StoreAnswer } from '../store_client.ts';

/** Answers of a store, or of a proxy before it, that say nothing about the statements: later they may be taken. */
const LATER = new Set([408, 429, 502, 503, 504]);
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;
/** Whoever has never answered is hardly just starting (a store then says so): nothing runs at the address. */
const STRANGER_LIMIT_MS = 15_000;

export interface Patience {
  /** Milliseconds of waiting after which one request is given up; if nothing has ever answered, some seconds. */
  readonly limitMs: number;
  /** Whether there has been an answer to any request. */
  hasAnswered?: boolean;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
  /** Told before each wait. */
  readonly notify: (why: string, pauseMs: number) => void;
  /** Waits; by default with a timer. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Asks until there is an answer about what is asked for. A lost connection, an overloaded store and one that is just
 * starting are waited for: as long as the store asks with Retry-After, otherwise twice as long each time. A request may
 * so arrive twice, which must be harmless, as it is for statements with ids.
 * @throws LedgerlineError `unavailable` when the limit is reached; the signal's reason when it ends a wait
 */
export async function askPatiently<Answer extends Omit<StoreAnswer, 'content'>>(
  ask: () => Promise<Answer>,
  patience: Patience,
): Promise<Answer> {
  const pause = patience.pause ?? ((milliseconds, signal) => wait(milliseconds, undefined, { signal }));
  let waited = 0;
  for (let attempt = 0; ; attempt++) {
    let why: string;
    let pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
    try {
      const answer = await ask();
      patience.hasAnswered = true;
      if (!LATER.has(answer.status)) return answer;
      why = `the store answers ${answer.status}: ${answer.error.message}`;
      if (answer.retryAfterSeconds !== undefined) pauseMs = Math.max(answer.retryAfterSeconds * 1000, FIRST_PAUSE_MS);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      why = `no answer from the store: ${message || code}`;
    }
    waited += pauseMs;
    if (!patience.hasAnswered && waited > Math.min(STRANGER_LIMIT_MS, patience.limitMs)) {
      throw new LedgerlineError('unavailable', `${why}; given up: is the store running, and is --url its address?`);
    }
    if (waited > patience.limitMs) throw new LedgerlineError('unavailable', `${why}; given up`);
    patience.notify(why, pauseMs);
    await pause(pauseMs, patience.signal).finally(() => patience.signal.throwIfAborted());
  }
}

/** The notices of a patience as lines; what several requests find at the same time is said once. */
export function noticesOf(line: (text: string) => void): Patience['notify'] {
  let latest = '';
  return (why, pauseMs) => {
    const notice = `${why}; trying again in ${pauseMs / 1000} s`;
    if (notice !== latest) line(notice);
    latest = notice;
  };
}
