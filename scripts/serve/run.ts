import { flushCompileCache } from 'node:module';
import { describeConfig, loadConfig } from '../../src/config.ts';
import { LedgerlineError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { type RunningStore, startStore } from '../../src/main/start.ts';
import { isFull } from '../../src/read_store/projection_file.ts';
import { keepFilesPrivate } from '../private_files.ts';
import { progressBar } from '../progress.ts';

const USAGE = `Usage: npm start [-- --help]

Runs the learning records store until it gets SIGINT or SIGTERM; then it finishes what it has accepted and ends.
Settings come from the environment, and from the JSON file that LEDGERLINE_CONFIG names.

${describeConfig()}`;

/** Runs the store until it is told to stop. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await serve(argv);
  } catch (error) {
    if (error instanceof LedgerlineError) console.error(error.message);
    else if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      const { address, port } = error as unknown as { address: string; port: number };
      console.error(`Port ${port} of ${address} is in use: choose another with LEDGERLINE_PORT.`);
    } else if (isFull(error)) console.error('The disk of LEDGERLINE_DATA is full.');
    else console.error(error);
    return 1;
  }
}

async function serve([argument]: readonly string[]): Promise<number> {
  if (argument === '--help' || argument === '-h') {
    console.log(USAGE);
    return 0;
  }
  if (argument !== undefined) {
    console.error(
      `There is no argument ${argument}. Settings come from the environment: npm start -- --help lists them.`,
    );
    return 2;
  }
  const config = loadConfig(process.env);
  keepFilesPrivate();
  const log = createLog(config.logLevel);
  const bar = progressBar('Rebuilding the read store', 'events');
  const running = await startStore(config, log, (revision, head) => bar.update(revision + 1, head + 1));
  bar.stop();
  // Before it is told that it listens: whoever waits for that may stop it at once.
  const stopped = stopSignal();
  greet(running, config.publicUrl, config.key);
  // Whoever kills it shall not have the next start begin from nothing.
  flushCompileCache();
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
  console.log(`Post ${store.revision > 0 ? 'a' : 'the first'} statement:
  curl -u ${user} ${base}/xapi/statements \\
    -H 'X-Experience-API-Version: 1.0.3' -H 'Content-Type: application/json' \\
    -d '{"actor":{"mbox":"mailto:learner-1@example.org"},"verb":{"id":"http://adlnet.gov/expapi/verbs/completed"},"object":{"id":"https://example.org/course/1"}}'
`);
}
