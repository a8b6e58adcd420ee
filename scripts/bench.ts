import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SqliteLedgerReader } from '../src/ledger/sqlite_reader.ts';
import { BareAppend, EVENT_COLUMNS, eventRow, SENT_COLUMNS, sentRow } from './bench/bare_append.ts';
import { load, percentile, request } from './bench/client.ts';
import { benchCluster } from './bench/cluster.ts';
import { population } from './bench/population.ts';
import { KEY, SECRET, startEcho, startStore } from './bench/processes.ts';
import { queries } from './bench/queries.ts';
import { progressBar } from './progress.ts';

const USAGE = `Usage: npm run bench [-- --statements N] [--rounds N] [--port N]

Measures the store beside bare baselines in the same run, and prints the ratios:
batch ingest, single posts, queries, rebuild, memory. The machine should be quiet.
With KURRENTDB_URL (esdb://…) it measures nodes on that server instead, beside its bare client and an embedded store.

  --statements N  how many statements the queries are asked of (1000000)
  --rounds N      how often store and baseline take turns; the median counts (5)
  --port N        the first of three free ports (18080)`;

const BATCH = 50;
const BATCH_CONNECTIONS = 8;
const SINGLE_CONNECTIONS = 64;
/** Rounds are so long that the index is merged meanwhile, which it is every 65,536 events. */
const ROUND_STATEMENTS = 131_050;
const ROUND_SINGLES = 65_536;
/** Where nothing is measured: this many at once. */
const PORTION_STATEMENTS = 40_000;
const PORTION_SINGLES = 10_000;
const WARM_ROUNDS = 3;

const { values } = parseArgs({
  options: {
    statements: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    port: { type: 'string', default: '18080' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const HEADERS = {
  Authorization: `Basic ${Buffer.from(`${KEY}:${SECRET}`).toString('base64')}`,
  'X-Experience-API-Version': '1.0.3',
  'Content-Type': 'application/json',
};
const people = population(20_000);
let stored = 0;

function nextStatements(count: number): string[] {
  return Array.from({ length: count }, () => people.statement(stored++));
}

function batches(statements: readonly string[]): Buffer[] {
  return Array.from({ length: statements.length / BATCH }, (_, i) =>
    request('POST', '/xapi/statements', HEADERS, `[${statements.slice(i * BATCH, (i + 1) * BATCH).join(',')}]`),
  );
}

const median = (numbers: readonly number[]) =>
  percentile(
    numbers.toSorted((a, b) => a - b),
    0.5,
  );
const rate = (perSecond: number) => `${Math.round(perSecond)}`.padStart(8);

/** The median of the rounds' ratios. */
const ratio = (store: readonly number[], baseline: readonly number[]) =>
  median(store.map((figure, i) => figure / baseline[i]!)).toFixed(2);

/** The store's rate, the baseline's, and the median of the ratios of the rounds. */
function report(name: string, unit: string, store: readonly number[], baseline: readonly number[], what: string): void {
  console.log(
    `${name.padEnd(34)}${rate(median(store))} ${unit}   ${what}${rate(median(baseline))} ${unit}   ratio ${ratio(store, baseline)}`,
  );
}

/**
 * Beside the bare append of the very events that the store has appended, in rows like the ledger's. And, for those who
 * ask what the store adds to what was sent, of the statements as they were sent, with a new file for each round.
 */
async function ingest(port: number, folder: string, data: string, rounds: number): Promise<void> {
  const [store, ofEvents, ofSent]: [number[], number[], number[]] = [[], [], []];
  const ledger = SqliteLedgerReader.open(join(data, 'ledger.sqlite'));
  const events = new BareAppend(join(folder, 'events.sqlite'), EVENT_COLUMNS);
  const sent = new BareAppend(join(folder, 'sent.sqlite'), SENT_COLUMNS);
  for (let round = 0; round < rounds; round++) {
    const statements = nextStatements(ROUND_STATEMENTS);
    const bodies = batches(statements);
    const before = ledger.head().revision;
    const { seconds } = await load(port, BATCH_CONNECTIONS, bodies.length, (i) => bodies[i]!);
    store.push(statements.length / seconds);
    ofEvents.push(events.append(ledger.portion(before + 1, ROUND_STATEMENTS).map(eventRow), BATCH));
    ofSent.push(sent.append(statements.map(sentRow), BATCH));
    sent.clear();
  }
  ledger.close();
  report('batch ingest, 50 a request, 8 conn.', 'statements/s', store, ofEvents, 'bare append');
  console.log(
    `${''.padEnd(34)} what was sent alone, in a new file each round: ${rate(median(ofSent))} rows/s   ratio ${ratio(store, ofSent)}`,
  );
}

/**
 * What runs for hours is measured, not the first seconds of a process: so long V8 compiles what it has found to be hot.
 */
async function warmUp(port: number): Promise<void> {
  for (let round = 0; round < WARM_ROUNDS; round++) {
    const bodies = batches(nextStatements(PORTION_STATEMENTS));
    await load(port, BATCH_CONNECTIONS, bodies.length, (i) => bodies[i]!);
    const posts = nextStatements(PORTION_SINGLES).map((text) => request('POST', '/xapi/statements', HEADERS, text));
    await load(port, SINGLE_CONNECTIONS, posts.length, (i) => posts[i]!);
  }
}

async function singles(port: number, echoPort: number, rounds: number): Promise<void> {
  const echo = await startEcho(echoPort);
  for (let round = 0; round < WARM_ROUNDS; round++) {
    const warm = nextStatements(PORTION_SINGLES).map((text) =>
      request('POST', '/', { 'Content-Type': 'application/json' }, text),
    );
    stored -= PORTION_SINGLES;
    await load(echoPort, SINGLE_CONNECTIONS, warm.length, (i) => warm[i]!);
  }
  const store: number[] = [];
  const bare: number[] = [];
  let latencies: readonly number[] = [];
  for (let round = 0; round < rounds; round++) {
    const statements = nextStatements(ROUND_SINGLES);
    const echoed = statements.map((text) => request('POST', '/', { 'Content-Type': 'application/json' }, text));
    bare.push(ROUND_SINGLES / (await load(echoPort, SINGLE_CONNECTIONS, echoed.length, (i) => echoed[i]!)).seconds);
    const posts = statements.map((text) => request('POST', '/xapi/statements', HEADERS, text));
    const measured = await load(port, SINGLE_CONNECTIONS, posts.length, (i) => posts[i]!);
    store.push(ROUND_SINGLES / measured.seconds);
    latencies = measured.latencies;
  }
  await echo.stop();
  report('single posts, 64 connections', 'requests/s', store, bare, 'bare echo  ');
  console.log(
    `${''.padEnd(34)} p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms`,
  );
}

async function fill(port: number, total: number): Promise<void> {
  const bar = progressBar('Filling the store', 'statements');
  while (stored < total) {
    const bodies = batches(nextStatements(Math.min(PORTION_STATEMENTS, Math.ceil((total - stored) / BATCH) * BATCH)));
    await load(port, BATCH_CONNECTIONS, bodies.length, (i) => bodies[i]!);
    bar.update(stored, total);
  }
  bar.stop();
}

async function ask(port: number): Promise<void> {
  console.log(`\nqueries at ${stored} statements, one at a time`.padEnd(60), 'p50 ms   p99 ms');
  for (const { name, count, path } of queries(people, stored)) {
    const asked = Array.from({ length: count }, (_, i) => request('GET', path(i), HEADERS));
    const { latencies } = await load(port, 1, count, (i) => asked[i]!);
    const figures = [0.5, 0.99].map((share) => percentile(latencies, share).toFixed(2).padStart(8));
    console.log(`  ${name.padEnd(56)} ${figures.join(' ')}`);
  }
}

async function bench(): Promise<void> {
  const rounds = Number(values.rounds);
  const port = Number(values.port);
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-bench-'));
  const data = join(folder, 'data');
  console.log(
    `${cpus()[0]?.model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}`,
  );
  console.log(`client and server share the machine; medians of ${rounds} rounds, store and baseline in turn\n`);
  try {
    let store = await startStore(port, data);
    await warmUp(port);
    await ingest(port, folder, data, rounds);
    await singles(port, port + 1, rounds);
    await fill(port, Number(values.statements));
    await ask(port);
    const peak = store.peakMemory();
    await store.stop();
    rmSync(join(data, 'read'), { recursive: true });
    const started = performance.now();
    store = await startStore(port, data);
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `\nrebuild of the read store, start included: ${Math.round(stored / seconds)} events/s (${seconds.toFixed(1)} s)`,
    );
    console.log(`peak memory: ${peak} MiB serving, ${store.peakMemory()} MiB rebuilding`);
    await store.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const cluster = process.env.KURRENTDB_URL;
if (values.help) console.log(USAGE);
else if (cluster) await benchCluster(cluster, { port: Number(values.port), rounds: Number(values.rounds) });
else await bench();
