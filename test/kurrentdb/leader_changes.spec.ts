import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KurrentDoubleCluster } from '../support/kurrentdb_double/cluster.ts';
import { noPosts, type Posts, postAll } from '../support/load.ts';
import type { TestStore } from '../support/store.ts';
import { closeAll, cluster } from './given_double.ts';
import { closeLedgers } from './given_ledger.ts';
import { closeNodes, expectSameEverywhere, startNode } from './given_nodes.ts';

/** Statements a request, client by client. */
const CLIENTS = [1, 1, 7, 50];
const PATIENT = { LEDGERLINE_LEDGER_TIMEOUT: '500', LEDGERLINE_MAX_WAIT: '5000' };

let servers: KurrentDoubleCluster;
let nodes: TestStore[];
beforeEach(async () => {
  servers = await cluster(3);
  nodes = await Promise.all([startNode(servers.address, PATIENT), startNode(servers.address, PATIENT)]);
});
afterEach(async () => {
  for (const server of servers.nodes) server.goOn();
  await closeNodes();
  await closeLedgers();
  await closeAll();
});

/** Makes `trouble` each time so many statements more were acknowledged, under load on both nodes. */
async function underLoad(posts: Posts, rounds: number, trouble: (round: number) => unknown): Promise<void> {
  let stopped = false;
  const load = Promise.all(nodes.map(({ address }) => postAll(address, posts, CLIENTS, () => stopped)));
  try {
    for (let round = 0; round < rounds; round++) {
      const enough = posts.acknowledged.length + 100;
      while (posts.acknowledged.length < enough) await Promise.race([wait(10), load]);
      await trouble(round);
    }
  } finally {
    stopped = true;
    await load;
  }
}

async function expectStoredOnce(posts: Posts): Promise<void> {
  const ids = await expectSameEverywhere(servers.address, ...nodes);
  const stored = new Set(ids);
  expect(stored.size, 'no statement is there twice').toBe(ids.length);
  expect(
    posts.acknowledged.filter((id) => !stored.has(id)),
    'what was acknowledged is there',
  ).toEqual([]);
  for (const request of posts.requests) {
    const there = request.filter((id) => stored.has(id)).length;
    expect([0, request.length], 'a request is stored whole or not at all').toContain(there);
    const at = ids.indexOf(request[0]!);
    if (there > 0) expect(ids.slice(at, at + there), 'and in its order').toEqual(request);
  }
}

it('the leader changes under load: what was acknowledged is there once, on every node', async () => {
  const posts = noPosts();
  await underLoad(posts, 12, (round) => servers.changeLeader((round + 1) % 3));
  await expectStoredOnce(posts);
});

it('leaders are killed under load, others take over, and the killed ones come back', async () => {
  const posts = noPosts();
  const back: Promise<void>[] = [];
  await underLoad(posts, 9, async (round) => {
    const [dying, next] = [servers.nodes[round % 3]!, (round + 1) % 3];
    await dying.refuse();
    servers.changeLeader(undefined);
    await wait(50);
    servers.changeLeader(next);
    back.push(wait(300).then(() => dying.accept()));
  });
  await Promise.all(back);
  await expectStoredOnce(posts);
});

it('appends of unknown outcome under load, of every kind', async () => {
  const posts = noPosts();
  const leader = servers.nodes[0]!;
  await underLoad(posts, 12, (round) => {
    const late = wait(20 * round);
    leader.faults.push(
      'unavailable, stored',
      undefined,
      'timed out, not stored',
      { storedAfter: () => late },
      undefined,
      'connection dropped, stored',
      undefined,
      'connection dropped, not stored',
      'wrong expected revision, stored',
      { answeredAfter: () => late },
      undefined,
      round % 2 === 0 ? 'never answered, stored' : 'never answered, not stored',
    );
  });
  leader.faults.length = 0;
  await expectStoredOnce(posts);
});
