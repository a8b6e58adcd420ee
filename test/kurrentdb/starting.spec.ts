import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getStatements, post } from '../support/client.ts';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import { runScript } from '../support/run_script.ts';
import { anIdentified, idsOf, type Posted, STATEMENTS } from '../support/statements.ts';
import { ask, type TestStore } from '../support/store.ts';
import { closeAll, connect, double } from './given_double.ts';
import { anEvent, closeLedgers, ledgerAt, until } from './given_ledger.ts';
import {
  caughtUp,
  closeNodes,
  expectRefusedForNow,
  expectSameEverywhere,
  postUntilTaken,
  startNode,
  storedIds,
} from './given_nodes.ts';

let server: KurrentDouble;
let folder: string;
beforeEach(async () => {
  server = await double();
  folder = mkdtempSync(join(tmpdir(), 'ledgerline-starting-'));
});
afterEach(async () => {
  server.goOn();
  await closeNodes();
  await closeLedgers();
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  await new Promise((resolve) => taken.close(resolve));
  return port;
}

/** Stores many statements through a node. */
async function fill(node: TestStore, count = 1_200): Promise<Posted[]> {
  const sent = Array.from({ length: count }, () => anIdentified());
  for (let i = 0; i < count; i += 300) {
    const answer = await node.ask('/xapi/statements', { body: sent.slice(i, i + 300) });
    expect(answer.status).toBe(200);
  }
  return sent;
}

/** How many events readers were sent while this was done. */
async function sentDuring(work: () => Promise<unknown>): Promise<number> {
  const before = server.eventsSent;
  await work();
  return server.eventsSent - before;
}

describe('a node that starts', () => {
  it('with an empty folder makes everything from the ledger', async () => {
    const first = await startNode(server.address);
    const sent = await fill(first);
    const fresh = await startNode(server.address);
    expect(await storedIds(fresh)).toEqual(idsOf(sent));
    expect(await expectSameEverywhere(server.address, first, fresh)).toEqual(idsOf(sent));
    const more = await post(fresh, anIdentified());
    await caughtUp(first);
    expect((await getStatements(first, { statementId: more[0]!.id })).status).toBe(200);
  });

  it('again goes on from what it has, whether or not others have written meanwhile', async () => {
    const node = await startNode(server.address);
    const sent = await fill(node);
    expect(await sentDuring(() => node.restart())).toBeLessThan(100);
    const other = await startNode(server.address);
    await node.restart(async () => sent.push(...(await post(other, anIdentified(), anIdentified()))));
    expect(await expectSameEverywhere(server.address, node, other)).toEqual(idsOf(sent));
  });

  it('again without its read store makes it from its own copy', async () => {
    const node = await startNode(server.address);
    const sent = await fill(node);
    const remake = () => node.restart(() => rmSync(join(node.data, 'read'), { recursive: true }));
    expect(await sentDuring(remake)).toBeLessThan(100);
    expect(await storedIds(node)).toEqual(idsOf(sent));
  });

  it('from the backup of another catches up with what came since', async () => {
    const first = await startNode(server.address);
    const sent = await fill(first);
    const backup = join(folder, 'backup.sqlite');
    const { code, out, err } = await runScript('backup', [backup], {
      LEDGERLINE_DATA: first.data,
      LEDGERLINE_LEDGER: server.address,
    });
    expect(code, out + err).toBe(0);
    sent.push(...(await post(first, anIdentified(), anIdentified())));
    const node = await startNode(server.address);
    const start = () =>
      node.restart(() => {
        rmSync(node.data, { recursive: true });
        cpSync(backup, join(node.data, 'replica.sqlite'));
      });
    expect(await sentDuring(start)).toBeLessThan(100);
    expect(await expectSameEverywhere(server.address, first, node)).toEqual(idsOf(sent));
  });

  it('with the copy of another ledger makes it anew', async () => {
    const [here, there] = [server.address, `${server.address}&stream=other`];
    const [node, stranger] = [await startNode(here), await startNode(there)];
    const sent = await fill(node);
    await fill(stranger, 300);
    const start = () =>
      node.restart(async () => {
        await stranger.restart(() => {
          rmSync(join(node.data, 'replica.sqlite'));
          cpSync(join(stranger.data, 'replica.sqlite'), join(node.data, 'replica.sqlite'));
        });
      });
    await start();
    expect(await expectSameEverywhere(here, node)).toEqual(idsOf(sent));
  });

  it('with a copy that is ahead of the ledger makes it anew', async () => {
    const node = await startNode(server.address);
    const sent = await fill(node, 600);
    await node.restart(() => (server.events('ledgerline') as unknown[]).splice(400));
    const ids = await expectSameEverywhere(server.address, node);
    expect(ids).toEqual(idsOf(sent).slice(0, ids.length));
    expect(ids.length).toBeLessThan(600);
    await post(node, anIdentified());
  });

  it('listens meanwhile: it lives, is not ready, and tells everybody to come again', async () => {
    const node = await startNode(server.address);
    await post(node, anIdentified());
    server.stopAnswering();
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const starting = startNode(server.address, { LEDGERLINE_PORT: `${port}` });
    const lives = () =>
      ask(address, '/health').then(
        ({ status }) => status === 200,
        () => false,
      );
    await until(lives, 'listening');
    const ready = await ask(address, '/ready');
    expect([ready.status, ready.json]).toEqual([503, { status: 'not ready', reason: 'starting' }]);
    const statement = await ask(address, STATEMENTS, { body: anIdentified() });
    expectRefusedForNow(statement);
    expect(statement.headers.get('x-experience-api-version')).toBe('1.0.3');
    // Which credentials there are is not known yet: none is refused.
    expectRefusedForNow(await ask(address, STATEMENTS, { headers: { Authorization: 'Basic bm86Ym9keQ==' } }));
    expectRefusedForNow(await ask(address, '/api/people/p-1'));
    server.goOn();
    const fresh = await starting;
    expect((await ask(address, '/ready')).status).toBe(200);
    expect(await storedIds(fresh)).toEqual(await storedIds(node));
  });

  it.each<[string, () => unknown, () => unknown]>([
    ['does not answer', () => server.stopAnswering(), () => server.goOn()],
    ['is not there', () => server.refuse(), () => server.accept()],
  ])('while the cluster %s waits for it, and then comes up', async (_what, lose, recover) => {
    const settings = { LEDGERLINE_LEDGER_TIMEOUT: '300' };
    const node = await startNode(server.address, settings);
    const sent = await post(node, anIdentified());
    await lose();
    let isUp = false;
    const starting = [startNode(server.address, settings), node.restart().then(() => node)];
    void Promise.race(starting).then(() => {
      isUp = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(isUp).toBe(false);
    await recover();
    const nodes = await Promise.all(starting);
    expect(await expectSameEverywhere(server.address, ...nodes)).toEqual(idsOf(sent));
  });

  it('for the first time waits for a cluster that does not take its first credential', async () => {
    server.faults.push(...Array(8).fill('never answered, not stored'));
    const node = await startNode(server.address, {
      LEDGERLINE_LEDGER_TIMEOUT: '200',
      LEDGERLINE_MAX_WAIT: '300',
    });
    await postUntilTaken(node);
    expect(server.events('ledgerline')).toHaveLength(2);
  });

  it('on an empty stream with another at once, both with the same key: both come up', async () => {
    for (let round = 0; round < 5; round++) {
      const address = `${server.address}&stream=empty-${round}`;
      const nodes = await Promise.all([startNode(address), startNode(address)]);
      for (const node of nodes) await post(node, anIdentified());
      await expectSameEverywhere(address, ...nodes);
      const { length } = server.events(`empty-${round}`).filter(({ type }) => type === 'credential-issued');
      expect(length).toBe(1);
    }
  });

  it('on a stream that is no ledger ends with damage', async () => {
    await connect(server.address).appendToStream('ledgerline', {
      ...{ id: crypto.randomUUID(), type: 'foreign', contentType: 'application/json', data: {}, metadata: {} },
    });
    await expect(startNode(server.address)).rejects.toMatchObject({ code: 'damaged' });
  });

  it('on a stream that was cut off ends with damage', async () => {
    await ledgerAt(server.address).append(-1, 1, [anEvent(), anEvent()]);
    (server.events('ledgerline') as unknown[]).shift();
    await expect(startNode(server.address)).rejects.toMatchObject({ code: 'damaged' });
  });
});

it('a node that was told of a lost connection at its start is ready like any other', async () => {
  const node = await startNode(server.address);
  await node.restart(() => server.dropConnections());
  await until(async () => (await node.ask('/ready')).status === 200, 'ready');
});
