import { openSync, writeSync } from 'node:fs';
import { batchesOf } from './batches.ts';
import { createClient } from './client.ts';
import { createDisplay, refusalLine } from './display.ts';
import type { ImportOptions } from './options.ts';
import { askPatiently, noticesOf } from './patience.ts';
import { type Input, openInput } from './reading.ts';
import { type End, run } from './run.ts';
import { type Outcome, settle } from './settling.ts';
import { createProgressKeeper } from './state.ts';
import type { Refusal, Statement } from './statements.ts';

/** Five minutes of waiting in which the store takes nothing are enough to give up. */
const PATIENCE_MS = 300_000;

/**
 * Imports one file as the options say, writing about it to standard error and the summary to standard output. The
 * first SIGINT ends it after the requests that are under way, a second one at once.
 * @returns the exit code: 0 all in, 1 some refused, 2 not done
 * @throws the system's error when the file cannot be read or the report not written
 */
export async function importFile(options: ImportOptions): Promise<number> {
  const { file, url, 'dry-run': isDry, 'xapi-version': xapiVersion, connections } = options;
  const startedAt = performance.now();
  const stop = new AbortController();
  const input = await openInput(file, stop.signal);
  const display = createDisplay(process.stderr, input.size);
  const keeper = createProgressKeeper(
    isDry ? undefined : options.state,
    { url, size: input.size, head: input.head },
    (why) => display.line(`how far the import is cannot be kept (${why}); --state can name another place`),
  );
  const resumes = keeper.from.settled > 0;
  if (resumes) display.line(`resuming after ${input.unit} ${keeper.from.settled}, as ${options.state} says`);

  const client = createClient({ ...options, xapiVersion });
  const patience = { limitMs: PATIENCE_MS, signal: stop.signal, notify: noticesOf(display.line) };
  const post = (body: Buffer) => askPatiently(() => client.post(body), patience);
  const onInterrupt = () => {
    display.line('stopping after the requests that are under way; once more to stop at once');
    stop.abort();
  };
  process.once('SIGINT', onInterrupt);
  let end: End;
  let isKept = false;
  try {
    const report = reportTo(options.report, resumes, input.unit);
    end = await run({
      batches: batchesOf(input, keeper.from.settled, options.batch),
      from: keeper.from,
      connections,
      settle: isDry ? settleDry : (statements) => settle(statements, post),
      signal: stop.signal,
      onRefusal: (refusal) => {
        display.line(refusalLine(input.unit, refusal));
        report(refusal);
      },
      onProgress: (settled, { stored, refused }) => {
        display.advance(input.bytesRead(), stored, refused);
        keeper.note(settled);
      },
    });
    if (end.failure === undefined) keeper.forget();
    else isKept = end.progress.settled > 0 && keeper.save(end.progress);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    client.close();
    display.end();
  }

  const { stored, refused, settled } = end.progress;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${stored} statements ${isDry ? 'can be posted' : 'in'}, ${refused} refused, ${seconds} s`);
  if (end.failure === undefined) return refused > 0 ? 1 : 0;
  console.error(stop.signal.aborted ? 'import: stopped' : `import: ${(end.failure as Error).message}`);
  const next = isKept ? 'the same command resumes' : 'the same command begins anew, which does no harm';
  console.error(`import: not done; settled up to ${input.unit} ${settled}; ${next}`);
  return 2;
}

async function settleDry(statements: readonly Statement[]): Promise<Outcome> {
  return { stored: statements.length, refused: [] };
}

/** Writes refusals as NDJSON, each with its `line` or `element`; after those of the run that it resumes. */
function reportTo(path: string | undefined, resumes: boolean, unit: Input['unit']): (refusal: Refusal) => void {
  if (path === undefined) return () => {};
  const report = openSync(path, resumes ? 'a' : 'w');
  return ({ position, ...reason }) => writeSync(report, `${JSON.stringify({ [unit]: position, ...reason })}\n`);
}
