import { LedgerlineError } from '../src/errors.ts';
import { HELP, readOptions } from './demo/options.ts';
import { runDemo } from './demo/run.ts';

const stopped = new AbortController();
// npm passes on a signal that the terminal has sent already: how often it comes does not matter.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopped.abort());

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') process.stdout.write(HELP);
  else process.exitCode = await runDemo(options, stopped.signal);
} catch (error) {
  console.error(`demo: ${(error as Error).message}`);
  process.exitCode = error instanceof LedgerlineError && error.code === 'invalid_parameter' ? 2 : 1;
}
