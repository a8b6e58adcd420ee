import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getStatements, post } from '../support/client.ts';
import type { KurrentDoubleCluster } from '../support/kurrentdb_double/cluster.ts';
import { anIdentified, idsOf, STATEMENTS } from '../support/statements.ts';
import type { TestStore } from '../support/store.ts';
import { closeAll, cluster } from './given_double.ts';
import { closeLedgers } from './given_ledger.ts';
import { closeNodes, expectRefusedForNow, expectSameEverywhere, postUntilTaken, startNode } from './given_nodes.ts';

const STATE = '/xapi/activities/state?activityId=https://example.org/a&stateId=s&agent={"mbox":"mailto:a@example.org"}';
const IMPATIENT = { LEDGERLINE_LEDGER_TIMEOUT: '500', LEDGERLINE_MAX_WAIT: '2000' };

let servers: KurrentDoubleCluster;
let node: TestStore;
beforeEach(async () => {
  servers = await cluster(3);
  node = await startNode(servers.address, IMPATIENT);
});
afterEach(async () => {
  for (const server of servers.nodes) server.goOn();
  await closeNodes();
  await closeLedgers();
  await closeAll();
});

const each = async (what: (server: KurrentDoubleCluster['nodes'][number]) => unknown) => {
  await Promise.all(servers.nodes.map(what));
};

describe.each<[string, () => unknown, () => unknown]>([
  ['stops answering', () => each((server) => server.stopAnswering()), () => each((server) => server.goOn())],
  ['is killed', () => each((server) => server.refuse()), () => each((server) => server.accept())],
  ['loses its quorum', () => servers.changeLeader(undefined), () => servers.changeLeader(1)],
])('a cluster that %s', (_what, lose, recover) => {
  it('the node answers reads, refuses writes for now, and goes on by itself', async () => {
    const before = await post(node, anIdentified(), anIdentified());
    expect((await node.ask(STATE, { method: 'PUT', body: { page: 1 } })).status).toBe(204);
    await lose();
    const refused = Array.from({ length: 5 }, () => anIdentified());
    const writes = [
      ...refused.map((body) => node.ask(STATEMENTS, { body })),
      node.ask(STATEMENTS, { body: [anIdentified(), anIdentified()] }),
      node.ask(STATE, { method: 'PUT', body: { page: 2 }, headers: { 'if-match': '*' } }),
    ];
    const during = await getStatements(node, { ascending: true });
    expect(idsOf(during.json.statements)).toEqual(idsOf(before));
    for (const answer of await Promise.all(writes)) expectRefusedForNow(answer);
    const document = await node.ask(STATE);
    expect(document.json).toEqual({ page: 1 });
    expect((await getStatements(node, { statementId: before[0]!.id })).status).toBe(200);
    expectRefusedForNow(await node.ask(STATEMENTS, { body: refused[0] }));

    await recover();
    const after = anIdentified();
    await postUntilTaken(node, after);
    for (const statement of refused) await postUntilTaken(node, statement);
    const ids = await expectSameEverywhere(servers.address, node);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining([...idsOf(before), ...idsOf(refused), after.id]));
    expect((await node.ask(STATE)).status).toBe(200);
  });

  it('the node can be stopped meanwhile, and started again afterwards', async () => {
    const before = await post(node, anIdentified(), anIdentified());
    await lose();
    const refused = anIdentified();
    expectRefusedForNow(await node.ask(STATEMENTS, { body: refused }));
    await node.restart(recover);
    await postUntilTaken(node, refused);
    expect(await expectSameEverywhere(servers.address, node)).toEqual(idsOf([...before, refused]));
  });
});

describe.each<[string, (round: number) => unknown]>([
  ['connections are lost', () => each((server) => server.dropConnections())],
  ['subscriptions are lost', () => each((server) => server.dropSubscriptions())],
  ['the leader changes', (round) => servers.changeLeader(round % 3)],
])('%s again and again', (_what, trouble) => {
  it('no client of two nodes notices, and nothing is stored twice', async () => {
    const nodes = [node, await startNode(servers.address, IMPATIENT)];
    const sent = Array.from({ length: 20 }, () => anIdentified());
    for (const [i, statement] of sent.entries()) {
      if (i % 2 === 0) await trouble(i);
      await post(nodes[i % 3 === 0 ? 1 : 0]!, statement);
    }
    expect(await expectSameEverywhere(servers.address, ...nodes)).toEqual(idsOf(sent));
  });

  it('a document is read through one node as it was put through the other', async () => {
    const other = await startNode(servers.address, IMPATIENT);
    for (let page = 1; page < 20; page++) {
      const headers = { 'if-match': (await node.ask(STATE)).headers.get('etag') ?? '*' };
      if (page === 1) Object.assign(headers, { 'if-match': null });
      expect((await other.ask(STATE, { method: 'PUT', body: { page }, headers })).status).toBe(204);
      await trouble(page);
      expect((await node.ask(STATE)).json).toEqual({ page });
    }
  });
});
