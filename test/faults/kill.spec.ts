import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventsOf, statementIdsOf } from '../support/ledger_events.ts';
import { newPoller, noPosts, postAll } from '../support/load.ts';
import { startServer } from '../support/server_process.ts';

const KILLS = 12;
/** Statements a request, client by client. */
const CLIENTS = [1, 1, 7, 25, 50, 120];

let data: string;
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'ledgerline-kill-'));
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

it(`${KILLS} times killed in the middle of load, the store has what it acknowledged, once, and nothing in half`, {
  timeout: 180_000,
}, async () => {
  const posts = noPosts();
  const poller = newPoller();
  for (let kill = 0; kill < KILLS; kill++) {
    const server = await startServer(data);
    let killed = false;
    const load = postAll(server.address, posts, CLIENTS, () => false);
    const polling = (async () => {
      while (!killed) {
        const acknowledged = posts.acknowledged.length;
        await poller.poll(server.address);
        const known = new Set(poller.ids);
        // What was acknowledged before the poll began is in its answers, unless the kill cut it short.
        if (!killed) expect(posts.acknowledged.slice(0, acknowledged).filter((id) => !known.has(id))).toEqual([]);
      }
    })();
    // The moments of the kills differ: now the first answers have come, now the store has been under load for a while.
    const enough = posts.acknowledged.length + 1 + 500 * kill;
    while (posts.acknowledged.length < enough) await sleep(7);
    killed = true;
    await server.end('SIGKILL');
    await Promise.all([load, polling]);
  }

  const server = await startServer(data);
  await poller.poll(server.address);
  const whole = newPoller();
  await whole.poll(server.address);
  await server.end('SIGTERM');

  const stored = new Set(whole.ids);
  expect(posts.unanswered.length).toBeGreaterThan(0);
  expect(stored.size, 'no statement is there twice').toBe(whole.ids.length);
  expect(new Set(posts.acknowledged).size, 'no request was taken twice').toBe(posts.acknowledged.length);
  expect(posts.acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  for (const request of posts.requests) {
    expect([0, request.length], 'a request is stored whole or not at all').toContain(
      request.filter((id) => stored.has(id)).length,
    );
  }
  expect(poller.ids, 'polling with since gave everything, once and in order').toEqual(whole.ids);

  const events = eventsOf(join(data, 'ledger.sqlite'));
  expect(events.map(({ revision }) => revision)).toEqual(events.map((_, i) => i));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(statementIdsOf(join(data, 'ledger.sqlite'))).toEqual(whole.ids);
});
