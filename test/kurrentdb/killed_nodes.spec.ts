import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { realServer, withOwnStream } from '../support/kurrentdb_server.ts';
import { eventsOf, statementIdsOf } from '../support/ledger_events.ts';
import { noPosts, postAll } from '../support/load.ts';
import { type ServerProcess, startServer } from '../support/server_process.ts';
import { ask } from '../support/store.ts';
import { closeAll, double } from './given_double.ts';
import { closeLedgers, eventsAt, until } from './given_ledger.ts';
import { storedIds } from './given_nodes.ts';

const KILLS = 4;
/** Statements a request, client by client, on each node. */
const CLIENTS = [1, 1, 7, 50];

/** A node in a process of its own that is killed and started again. */
interface KilledNode {
  readonly data: string;
  server: ServerProcess;
}

const real = await realServer();
afterAll(async () => {
  if ('stop' in real) await real.stop();
});

const running: KilledNode[] = [];
afterEach(async () => {
  for (const { server, data } of running.splice(0)) {
    await server.end('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  }
  await closeLedgers();
  await closeAll();
});

const servers: [string, () => Promise<string>][] = [['the test double', async () => (await double()).address]];
if ('address' in real) servers.push(['a real server', async () => real.address]);
else describe.skip(`killed nodes on a real server: ${real.reason}`, () => it('', () => {}));

it.each(servers)(
  `two nodes on %s, one or the other killed ${KILLS} times in the middle of load: what was acknowledged is there once`,
  {
    timeout: 240_000,
  },
  async (_name, start) => {
    const address = withOwnStream(await start());
    const settings = { LEDGERLINE_LEDGER: address, LEDGERLINE_MAX_WAIT: '60000' };
    const posts = noPosts();
    for (let i = 0; i < 2; i++) {
      const data = mkdtempSync(join(tmpdir(), 'ledgerline-killed-'));
      running.push({ data, server: await startServer(data, settings) });
    }
    for (let kill = 0; kill < KILLS; kill++) {
      let stopped = false;
      const load = Promise.all(running.map(({ server }) => postAll(server.address, posts, CLIENTS, () => stopped)));
      const acknowledged = async (count: number) => {
        const enough = posts.acknowledged.length + count;
        while (posts.acknowledged.length < enough) await Promise.race([wait(7), load]);
      };
      // The moments of the kills differ: now the first answers have come, now the nodes have been under load for a while.
      await acknowledged(1 + 60 * kill);
      const node = running[kill % 2]!;
      await node.server.end('SIGKILL');
      await acknowledged(100);
      stopped = true;
      await load;
      node.server = await startServer(node.data, settings);
    }

    const head = (await eventsAt(address)).length - 1;
    const found: string[][] = [];
    for (const { server } of running) {
      const asking = { ask: ask.bind(undefined, server.address) };
      await until(async () => (await asking.ask('/ready')).json.revision === head, 'caught up');
      found.push(await storedIds(asking));
      await server.end('SIGTERM');
    }
    const [ids, others] = found as [string[], string[]];
    expect(others).toEqual(ids);
    const stored = new Set(ids);
    expect(stored.size, 'no statement is there twice').toBe(ids.length);
    expect(posts.acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    for (const request of posts.requests) {
      const there = request.filter((id) => stored.has(id)).length;
      expect([0, request.length], 'a request is stored whole or not at all').toContain(there);
    }
    const events = (await eventsAt(address)).map((event) => ({ ...event, data: Buffer.from(event.data).toString() }));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    for (const { data } of running) {
      const replica = join(data, 'replica.sqlite');
      expect(statementIdsOf(replica)).toEqual(ids);
      expect(eventsOf(replica).map((event) => ({ ...event, data: Buffer.from(event.data).toString() }))).toEqual(
        events,
      );
    }
  },
);
