import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { binaryEvent, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { readKurrentAddress } from '../../src/ledger/kurrentdb/address.ts';
import { load, percentile, request } from './client.ts';
import { population } from './population.ts';
import { KEY, type Running, SECRET, startStore } from './processes.ts';

const BATCH = 50;
const BATCH_CONNECTIONS = 8;
const SINGLE_CONNECTIONS = 64;
const ROUND_STATEMENTS = 20_000;
const ROUND_SINGLES = 4_000;
const BARE_APPEND = 500;
/** Each takes half a minute. */
const BUILDING_ROUNDS = 3;
const HEADERS = {
  Authorization: `Basic ${Buffer.from(`${KEY}:${SECRET}`).toString('base64')}`,
  'X-Experience-API-Version': '1.0.3',
  'Content-Type': 'application/json',
};

const people = population(20_000);
let made = 0;
const statements = (count: number) => Array.from({ length: count }, () => people.statement(made++));

const median = (numbers: readonly number[]) =>
  percentile(
    numbers.toSorted((a, b) => a - b),
    0.5,
  );

function report(name: string, unit: string, store: readonly number[], beside: readonly number[], what: string): void {
  const ratio = median(store.map((figure, i) => figure / beside[i]!));
  const rate = (numbers: readonly number[]) => `${Math.round(median(numbers))}`.padStart(7);
  console.log(
    `${name.padEnd(40)}${rate(store)} ${unit}   ${what.padEnd(28)}${rate(beside)} ${unit}   ratio ${ratio.toFixed(2)}`,
  );
}

/**
 * Measures nodes on a KurrentDB server beside its bare client, in turns: batch ingest, single posts (beside an embedded
 * store), building a read store, and two nodes that write at once.
 * @param options.port the first of three free ports
 */
export async function benchCluster(url: string, { port, rounds }: { port: number; rounds: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-bench-'));
  const address = withStream(url, `bench-${randomUUID()}`);
  const running = new Set<Running>();
  const start = async (at: number, data: string, ledger?: string) => {
    const store = await startStore(at, join(folder, data), ledger);
    running.add(store);
    return { ...store, stop: () => (running.delete(store) ? store.stop() : Promise.resolve()) };
  };
  console.log(`client, nodes and server as they are; medians of ${rounds} rounds, in turn\n`);
  try {
    const node = await start(port, 'node-1', address);
    await ingest(port, 2);
    await ingestBesideBare(url, port, rounds);
    await singlesBesideEmbedded(start, port, rounds);
    await twoNodes(start, port, address, rounds);
    await node.stop();
    await building(start, port, address, rounds);
  } finally {
    await Promise.all(Array.from(running, (store) => store.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

function withStream(url: string, stream: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}stream=${stream}`;
}

/** @returns statements a second */
async function ingest(port: number, share = 1, ports: readonly number[] = [port]): Promise<number> {
  const texts = statements(ROUND_STATEMENTS / share);
  const bodies = Array.from({ length: texts.length / BATCH }, (_, i) =>
    request('POST', '/xapi/statements', HEADERS, `[${texts.slice(i * BATCH, (i + 1) * BATCH).join(',')}]`),
  );
  let next = 0;
  const started = performance.now();
  // Whichever is faster takes more.
  const take = () => bodies[next++];
  await Promise.all(ports.map((at) => load(at, BATCH_CONNECTIONS / ports.length, Number.POSITIVE_INFINITY, take)));
  return texts.length / ((performance.now() - started) / 1_000);
}

async function ingestBesideBare(url: string, port: number, rounds: number): Promise<void> {
  const [store, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    bare.push(await bareAppends(url, statements(ROUND_STATEMENTS)));
    store.push(await ingest(port));
  }
  report('batch ingest, 50 a request, 8 conn.', 'statements/s', store, bare, 'bare client, 500 an append');
}

/** The same bytes by the bare client, one append in flight. @returns events a second */
async function bareAppends(url: string, texts: readonly string[]): Promise<number> {
  const client = EventStoreDBClient.connectionString(readKurrentAddress(url).connection);
  const stream = `bare-${randomUUID()}`;
  const started = performance.now();
  for (let i = 0; i < texts.length; i += BARE_APPEND) {
    const events = texts
      .slice(i, i + BARE_APPEND)
      .map((text) => binaryEvent({ type: 'statement-stored', data: Buffer.from(text), metadata: { version: 1 } }));
    await client.appendToStream(stream, events, { expectedRevision: i === 0 ? NO_STREAM : BigInt(i - 1) });
  }
  const rate = texts.length / ((performance.now() - started) / 1_000);
  await client.dispose();
  return rate;
}

type Start = (port: number, data: string, ledger?: string) => Promise<Running>;

async function singlesBesideEmbedded(start: Start, port: number, rounds: number): Promise<void> {
  const embedded = await start(port + 1, 'embedded');
  const measure = async (at: number) => {
    const posts = statements(ROUND_SINGLES).map((text) => request('POST', '/xapi/statements', HEADERS, text));
    return ROUND_SINGLES / (await load(at, SINGLE_CONNECTIONS, posts.length, (i) => posts[i]!)).seconds;
  };
  for (const at of [port, port + 1]) await measure(at);
  const [store, beside]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    beside.push(await measure(port + 1));
    store.push(await measure(port));
  }
  await embedded.stop();
  report('single posts, 64 connections', 'requests/s', store, beside, 'embedded store');
}

async function twoNodes(start: Start, port: number, address: string, rounds: number): Promise<void> {
  const other = await start(port + 2, 'node-2', address);
  await ingest(port + 2, 2);
  const [both, one]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    one.push(await ingest(port));
    both.push(await ingest(port, 1, [port, port + 2]));
    // The follower's rest is not the next round's burden.
    await wait(1_000);
  }
  await other.stop();
  report('two nodes at once, 4 connections each', 'statements/s', both, one, 'one node, 8 connections');
}

async function building(start: Start, port: number, address: string, rounds: number): Promise<void> {
  const { connection, stream } = readKurrentAddress(address);
  const [store, beside]: [number[], number[]] = [[], []];
  for (let round = 0; round < Math.min(rounds, BUILDING_ROUNDS); round++) {
    const bare = await bareSubscription(connection, stream);
    beside.push(bare.rate);
    const started = performance.now();
    const node = await start(port, `built-${round}`, address);
    store.push(bare.events / ((performance.now() - started) / 1_000));
    await node.stop();
  }
  report('building a read store, start included', 'events/s', store, beside, 'bare subscription');
}

/** Everything that the stream has, by the bare client. */
async function bareSubscription(connection: string, stream: string): Promise<{ events: number; rate: number }> {
  const client = EventStoreDBClient.connectionString(connection);
  let last = -1;
  for await (const { event } of client.readStream(stream, {
    direction: 'backwards',
    fromRevision: 'end',
    maxCount: 1,
  })) {
    last = Number(event?.revision);
  }
  const started = performance.now();
  const subscription = client.subscribeToStream(stream, {});
  for await (const { event } of subscription) if (Number(event?.revision) === last) break;
  const rate = (last + 1) / ((performance.now() - started) / 1_000);
  await client.dispose();
  return { events: last + 1, rate };
}
