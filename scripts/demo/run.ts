import { dayOf } from '../../src/learning/days.ts';
import { type Link, linksOf } from './links.ts';
import { loadPopulation } from './load.ts';
import type { DemoOptions } from './options.ts';
import { type DemoStore, startOwnStore } from './own_store.ts';

/** What a process that Ctrl-C ends answers. */
const INTERRUPTED = 130;

/**
 * Runs the demonstration as the options say.
 * @param stopped aborted when somebody wants it to end
 * @returns the exit code: 0 all went well, 1 the store ended by itself, 130 ended before all was loaded
 * @throws LedgerlineError when the store cannot be started or loaded
 */
export async function runDemo(options: DemoOptions, stopped: AbortSignal): Promise<number> {
  const started = performance.now();
  const store = await storeOf(options);
  try {
    const today = dayOf(BigInt(Date.now()) * 1_000n, 'UTC');
    const loaded = await loadPopulation(store, options, today, stopped);
    const links = await linksOf(store, loaded, today, stopped);
    console.log(
      `${options.people} people in ${Math.round((performance.now() - started) / 1000)} s.\n\n${shown(links)}`,
    );
    if (options.exit || options.url !== undefined) return 0;
    console.log(`The store goes on running on ${store.url}; its data is in ${store.data}.\n${ending(options)}`);
    const failed = await Promise.race([wait(stopped), store.ended.then(() => true)]);
    if (failed) console.error('The store has ended by itself.');
    return failed ? 1 : 0;
  } catch (error) {
    if (!stopped.aborted) throw error;
    console.error('Stopped before all was loaded.');
    return INTERRUPTED;
  } finally {
    await store.stop();
  }
}

async function storeOf(options: DemoOptions): Promise<DemoStore> {
  const { url, key, secret, data } = options;
  if (url === undefined) return startOwnStore(options);
  return { url, key, secret, isOwn: false, data, ended: new Promise(() => {}), stop: async () => {} };
}

function shown(links: readonly Link[]): string {
  return links.map(({ title, curl }) => `${title}:\n  ${curl}\n`).join('\n');
}

function ending({ data, keep }: DemoOptions): string {
  return data === undefined && !keep ? 'Ctrl-C ends it and removes them.' : 'Ctrl-C ends it; its data stays.';
}

function wait(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    signal.addEventListener('abort', () => resolve(false));
  });
}
