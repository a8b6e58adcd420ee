import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getStatements } from '../support/client.ts';
import { realServer, withOwnStream } from '../support/kurrentdb_server.ts';
import { noPosts, postAll } from '../support/load.ts';
import { anIdentified, idsOf, type Posted, STATEMENTS } from '../support/statements.ts';
import type { TestStore } from '../support/store.ts';
import { closeAll, double } from './given_double.ts';
import { closeLedgers } from './given_ledger.ts';
import { caughtUp, closeNodes, expectSameEverywhere, startNode } from './given_nodes.ts';

/** Nobody is to be refused because the machine is slow. */
const PATIENT = { LEDGERLINE_MAX_WAIT: '60000', LEDGERLINE_LEDGER_TIMEOUT: '20000' };
const CLIENTS = 8;

const real = await realServer();
afterAll(async () => {
  if ('stop' in real) await real.stop();
});

const servers: [string, () => Promise<string>][] = [['the test double', async () => (await double()).address]];
if ('address' in real) servers.push(['a real server', async () => real.address]);
else describe.skip(`two nodes on a real server: ${real.reason}`, () => it('', () => {}));

describe.each(servers)('two nodes on the ledger of %s', (_name, start) => {
  let address: string;
  let nodes: [TestStore, TestStore];
  beforeEach(async () => {
    address = withOwnStream(await start());
    nodes = await Promise.all([startNode(address, PATIENT), startNode(address, PATIENT)]);
  });
  afterEach(async () => {
    await closeNodes();
    await closeLedgers();
    await closeAll();
  });

  /** One client after another posts each of its batches, to the nodes in turn. Returns the states of the answers. */
  async function postBatches(batchesOf: (client: number) => Posted[][]): Promise<number[][]> {
    return Promise.all(
      Array.from({ length: CLIENTS }, async (_, client) => {
        const states: number[] = [];
        for (const [i, body] of batchesOf(client).entries()) {
          states.push((await nodes[(client + i) % 2]!.ask(STATEMENTS, { body })).status);
        }
        return states;
      }),
    );
  }

  const batches = (count: number, size: number) =>
    Array.from({ length: count }, () => Array.from({ length: size }, () => anIdentified()));

  function expectUntorn(ids: readonly string[], sent: readonly Posted[][]): void {
    expect(new Set(ids).size, 'no id is there twice').toBe(ids.length);
    for (const batch of sent) {
      const at = ids.indexOf(batch[0]!.id);
      expect(ids.slice(at, at + batch.length), 'a batch is in one piece').toEqual(idsOf(batch));
    }
  }

  it('clients that post the same and different ids to both at once: each is stored once, no batch is torn', async () => {
    const common = batches(15, 3);
    const own = Array.from({ length: CLIENTS }, () => batches(15, 4));
    const states = await postBatches((client) => common.flatMap((batch, i) => [batch, own[client]![i]!]));
    expect(new Set(states.flat())).toEqual(new Set([200]));
    const ids = await expectSameEverywhere(address, ...nodes);
    const sent = [...common, ...own.flat()];
    expect(ids).toHaveLength(idsOf(sent.flat()).length);
    expectUntorn(ids, sent);
  });

  it('clients that post other content under the same ids: one wins, on both nodes, and the others are told', async () => {
    const ids = batches(10, 1).flat();
    const versions = Array.from({ length: CLIENTS }, (_, raw) =>
      ids.map(({ id }) => [anIdentified(), anIdentified({ id, result: { score: { raw } } })]),
    );
    const states = await postBatches((client) => versions[client]!);
    const stored = await expectSameEverywhere(address, ...nodes);
    const winners: Posted[][] = [];
    for (const [i, { id }] of ids.entries()) {
      const [here, there] = await Promise.all(nodes.map((node) => getStatements(node, { statementId: id })));
      expect(there!.json).toEqual(here!.json);
      const won = here!.json.result.score.raw;
      winners.push(versions[won]![i]!);
      expect(states.map((each) => each[i])).toEqual(states.map((_, client) => (client === won ? 200 : 409)));
    }
    expect(stored).toHaveLength(winners.flat().length);
    expectUntorn(stored, winners);
  });

  it('that write all the time: each gets its share of the appends', async () => {
    const posts = noPosts();
    let stopped = false;
    const load = Promise.all(nodes.map((node) => postAll(node.address, posts, [1, 1, 7, 25], () => stopped)));
    const appends = () => nodes.map(({ running }) => running.store.gauges.get('appends'));
    const before = appends();
    const shares = () => appends().map((count, i) => count - before[i]!);
    while (shares()[0]! + shares()[1]! < 150) await Promise.race([wait(10), load]);
    stopped = true;
    const [one, other] = shares() as [number, number];
    await load;
    expect(one).toBeGreaterThanOrEqual(other / 4);
    expect(other).toBeGreaterThanOrEqual(one / 4);
    expect(posts.refused, 'nobody waits too long').toBe(0);
    const ids = await expectSameEverywhere(address, ...nodes);
    expect(ids.toSorted()).toEqual(posts.acknowledged.toSorted());
  });

  it('what is written through one is read there at once, and through the other without asking for it', async () => {
    for (let round = 0; round < 10; round++) {
      const node = nodes[round % 2]!;
      const statement = anIdentified();
      expect((await node.ask(STATEMENTS, { body: statement })).status).toBe(200);
      const here = await getStatements(node, { statementId: statement.id });
      expect(here.status).toBe(200);
      await caughtUp(...nodes);
      const there = await getStatements(nodes[(round + 1) % 2]!, { statementId: statement.id });
      expect(there.json).toEqual(here.json);
    }
  });
});
