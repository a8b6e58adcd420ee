import { setFlagsFromString } from 'node:v8';
import { describeConfig, loadConfig } from '../src/config.ts';
import { LedgerlineError } from '../src/errors.ts';
import { createLog } from '../src/log.ts';
import { type RunningStore, startStore } from '../src/main/start.ts';
import { progressBar } from './progress.ts';

const USAGE = `Usage: npm start [-- --help]

Runs the learning records store until it gets SIGINT or SIGTERM; then it finishes what it has accepted and ends.
Settings come from the environment, and from the JSON file that LEDGERLINE_CONFIG names.

${describeConfig()}`;

/**
 * Every thread has a heap of its own, which V8 lets grow to a multiple of what lives in it where the machine has the
 * room. A third of the memory is worth some collecting more; for the threads that come it holds from their beginning.
 * This thread has its heap already: `npm start` gives node the second flag for it.
 */
setFlagsFromString('--heap-growing-percent=100');
setFlagsFromString('--max-semi-space-size=16');
setFlagsFromString('--min-semi-space-size=8');

async function serve(): Promise<number> {
  const [argument] = process.argv.slice(2);
  if (argument === '--help' || argument === '-h') {
    console.log(USAGE);
    return 0;
  }
  if (argument !== undefined) {
    console.error(`There is no argument ${argument}.\n\n${USAGE}`);
    return 2;
  }
  const config = loadConfig(process.env);
  const log = createLog(config.logLevel);
  const bar = progressBar('Rebuilding the read store', 'events');
  const running = await startStore(config, log, (revision, head) => bar.update(revision + 1, head + 1));
  bar.stop();
  // Before it is told that it listens: whoever waits for that may stop it at once.
  const stopped = stopSignal();
  greet(running, config.publicUrl, config.key);
  const signal = await Promise.race([stopped, running.failed]);
  if (signal instanceof Error) {
    log.fatal({ err: signal }, 'the store has failed and ends; start it again');
    return 1;
  }
  console.log(`\n${signal}: finishing what was accepted …`);
  await running.close();
  console.log('Stopped.');
  return 0;
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.once(name, () => {
        resolve(name);
        process.once(name, () => process.exit(130));
      });
    }
  });
}

function greet(
  { address, issued, store }: RunningStore,
  publicUrl: string | undefined,
  configuredKey: string | undefined,
): void {
  const base = publicUrl ?? address;
  console.log(`Ledgerline is listening on ${address}; the ledger's head is revision ${store.revision}.
  xAPI endpoint  ${base}/xapi
  questions      ${base}/api/docs
`);
  const generated = issued !== undefined && configuredKey === undefined;
  if (generated) {
    console.log(`The first credential (all scopes), shown this once; \`npm run keys\` makes others:
  key     ${issued.key}
  secret  ${issued.secret}
`);
  }
  const user = generated ? `${issued.key}:${issued.secret}` : `${configuredKey ?? 'KEY'}:SECRET`;
  console.log(`Post the first statement:
  curl -u ${user} ${base}/xapi/statements \\
    -H 'X-Experience-API-Version: 1.0.3' -H 'Content-Type: application/json' \\
    -d '{"actor":{"mbox":"mailto:learner-1@example.org"},"verb":{"id":"http://adlnet.gov/expapi/verbs/completed"},"object":{"id":"https://example.org/course/1"}}'
`);
}

try {
  process.exitCode = await serve();
} catch (error) {
  if (error instanceof LedgerlineError) console.error(error.message);
  else if ((error as { code?: string }).code === 'EADDRINUSE') {
    console.error('The port is in use: choose another with LEDGERLINE_PORT.');
  } else console.error(error);
  process.exitCode = 1;
}
// A thread that failed may keep the process alive; nothing is left to be done.
process.exit();
