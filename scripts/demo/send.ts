import { LedgerlineError } from '../../src/errors.ts';
import { askPatiently, noticesOf } from '../import/patience.ts';
import { progressBar } from '../progress.ts';
import type { StoreAnswer, StoreClient, StoreRequest } from '../store_client.ts';
import type { Asker, DemoRequest, Phase } from './request.ts';

/** How many requests are on their way at a time. */
export const CONNECTIONS = 16;
/** A minute of waiting in which the store answers nothing is enough to give up. */
const PATIENCE_MS = 60_000;

/** Asks a store that may be busy. */
export type Ask = (request: StoreRequest) => Promise<StoreAnswer>;

/**
 * Asks as one client does, and waits for a store that is busy.
 * @throws the signal's reason when it ends the wait; LedgerlineError `unavailable` when nothing answers
 */
export function patiently(client: StoreClient, signal: AbortSignal): Ask {
  const patience = { limitMs: PATIENCE_MS, signal, notify: noticesOf((line) => console.error(line)) };
  return (request) => {
    signal.throwIfAborted();
    return askPatiently(() => client.ask(request), patience);
  };
}

/**
 * Sends the requests of a phase, several at a time, with a bar.
 * @throws what `patiently` throws; LedgerlineError `unavailable` that names the first request that was refused
 */
export async function sendPhase({ title, requests }: Phase, askers: Readonly<Record<Asker, Ask>>): Promise<void> {
  const bar = progressBar(title.padEnd(28), 'requests');
  let [next, done] = [0, 0];
  const work = async () => {
    while (next < requests.length) {
      await sendChain(requests[next++]!, askers);
      bar.update(++done, requests.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, work));
  } finally {
    // Nobody begins another one after a failure.
    next = requests.length;
    bar.stop();
  }
}

async function sendChain(first: DemoRequest, askers: Readonly<Record<Asker, Ask>>): Promise<void> {
  let request: DemoRequest | undefined = first;
  for (let revision = ''; request !== undefined; request = request.then) {
    const { as, method, body } = request;
    const path = request.path.replace('{revision}', revision);
    const headers = path.startsWith('/xapi/') ? { 'x-experience-api-version': '1.0.3' } : {};
    const answer = await askers[as]({ method, path, headers, body: Buffer.from(JSON.stringify(body)) });
    if (answer.status < 200 || answer.status > 299) throw refused(method, path, answer);
    revision = String((answer.content as { revision?: number }).revision);
  }
}

/** What a request that was refused is told as. */
export function refused(method: string, path: string, { status, error }: StoreAnswer): LedgerlineError {
  const why = [error.message, error.property, error.rule].filter(Boolean).join('; ');
  return new LedgerlineError('unavailable', `${method} ${path} is answered ${status}: ${why}`);
}
