import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { post } from '../support/client.ts';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import { anIdentified, STATEMENTS } from '../support/statements.ts';
import type { TestStore } from '../support/store.ts';
import { closeAll, double } from './given_double.ts';
import { closeLedgers, until } from './given_ledger.ts';
import { closeNodes, postUntilTaken, startNode } from './given_nodes.ts';

let server: KurrentDouble;
let node: TestStore;
beforeEach(async () => {
  server = await double();
  node = await startNode(server.address, {
    LEDGERLINE_LEDGER_TIMEOUT: '500',
    LEDGERLINE_MAX_WAIT: '1000',
    LEDGERLINE_MAX_LAG: '2',
  });
});
afterEach(async () => {
  server.goOn();
  await closeNodes();
  await closeLedgers();
  await closeAll();
});

const ready = () => node.ask('/ready', { headers: { authorization: null } });

/** The metrics by name. */
async function metrics(): Promise<Map<string, number>> {
  const { status, text } = await node.ask('/metrics', { headers: { authorization: null } });
  expect(status).toBe(200);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => line.split(' ') as [string, string]).map(([name, value]) => [name, Number(value)]),
  );
}

it('a node is ready while it has what was in the cluster a short while ago, and otherwise not', async () => {
  expect(await ready()).toMatchObject({ status: 200, json: { status: 'ready' } });
  server.stopAnswering();
  await until(async () => (await ready()).status === 503, 'not ready');
  const refused = await ready();
  expect(refused.json).toEqual({ status: 'not ready', reason: expect.stringContaining('behind') });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect((await node.ask('/health')).status, 'the process is well').toBe(200);
  expect((await node.ask(STATEMENTS)).status, 'and answers').toBe(200);
  expect((await metrics()).get('ledgerline_lag_seconds')).toBeGreaterThan(2);
  server.goOn();
  await until(async () => (await ready()).status === 200, 'ready again');
  expect((await metrics()).get('ledgerline_lag_seconds')).toBeLessThanOrEqual(2);
});

it('a quiet node stays ready, for longer than its lag may be', async () => {
  const end = Date.now() + 3_000;
  await until(async () => {
    expect((await ready()).status).toBe(200);
    return Date.now() > end;
  }, 'some seconds have passed');
});

it('the metrics are those that the guide names, and count what happens', async () => {
  const guide = readFileSync(new URL('../../docs/guide/cluster.md', import.meta.url), 'utf8');
  const named = new Set(guide.match(/ledgerline_\w+/g));
  expect(new Set((await metrics()).keys())).toEqual(named);

  const before = await metrics();
  await post(node, anIdentified());
  await post(node, anIdentified(), anIdentified());
  const quiet = await metrics();
  expect(quiet.get('ledgerline_appends_total')).toBe(before.get('ledgerline_appends_total')! + 2);
  expect(quiet.get('ledgerline_append_seconds_total')).toBeGreaterThan(before.get('ledgerline_append_seconds_total')!);
  expect(quiet.get('ledgerline_revision')).toBe(server.events('ledgerline').length - 1);
  expect(quiet.get('ledgerline_lag_events')).toBe(0);
  expect(quiet.get('ledgerline_append_conflicts_total')).toBe(0);
  expect(quiet.get('ledgerline_append_retries_total')).toBe(0);

  server.faults.push('timed out, stored', 'wrong expected revision, stored');
  await post(node, anIdentified());
  await post(node, anIdentified());
  server.stopAnswering();
  await node.ask(STATEMENTS, { body: anIdentified() });
  server.dropConnections();
  server.goOn();
  await postUntilTaken(node);
  const troubled = await metrics();
  expect(troubled.get('ledgerline_append_conflicts_total')).toBe(1);
  expect(troubled.get('ledgerline_append_retries_total')).toBeGreaterThanOrEqual(1);
  await until(async () => (await metrics()).get('ledgerline_ledger_reconnects_total')! > 0, 'followed anew');
});
