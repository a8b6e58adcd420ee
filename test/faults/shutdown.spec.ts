import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { statementIdsOf } from '../support/ledger_events.ts';
import { newPoller, noPosts, postAll } from '../support/load.ts';
import { startServer } from '../support/server_process.ts';

const CLIENTS = [1, 1, 1, 10, 10, 50, 50, 200];

let data: string;
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'ledgerline-shutdown-'));
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

it.each(['SIGTERM', 'SIGINT'] as const)(
  '%s under load: what the store has accepted it answers, and stores',
  async (signal) => {
    const server = await startServer(data);
    const stored = new Set(statementIdsOf(join(data, 'ledger.sqlite')));
    const posts = noPosts();
    const load = postAll(server.address, posts, CLIENTS, () => false);
    await sleep(400);
    const { code, output } = await server.end(signal);
    await load;
    expect(output).toContain(`${signal}: finishing what was accepted …\nStopped.\n`);
    expect(code).toBe(0);
    expect(posts.acknowledged.length).toBeGreaterThan(100);

    // A client that got no answer had its connection refused or closed before the store took its request: nothing is
    // stored of it.
    const ids = statementIdsOf(join(data, 'ledger.sqlite')).filter((id) => !stored.has(id));
    expect(ids.toSorted()).toEqual(posts.acknowledged.toSorted());

    const restarted = await startServer(data);
    const poller = newPoller();
    await poller.poll(restarted.address);
    await restarted.end('SIGTERM');
    expect(new Set(poller.ids)).toEqual(new Set([...stored, ...ids]));
  },
);
