import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { realServer, withOwnStream } from '../support/kurrentdb_server.ts';
import { aCredential } from '../support/local_store.ts';
import { anIdentified, type Posted } from '../support/statements.ts';
import { closeAll, double } from './given_double.ts';
import { anEvent, closeLedgers, eventsAt, expectStored, ledgerAt, nodeAt } from './given_ledger.ts';

const credential = aCredential('tester', 'all');
const LIMIT = 2 ** 20;

const real = await realServer();
afterAll(async () => {
  if ('stop' in real) await real.stop();
});
afterEach(async () => {
  await closeLedgers();
  await closeAll();
});

const servers: [string, () => Promise<string>][] = [
  ['the test double', async () => (await double({ maxAppendSize: LIMIT })).address],
];
if ('address' in real) servers.push(['a real server', async () => real.address]);
else describe.skip(`appends of more than a real server takes: ${real.reason}`, () => it('', () => {}));

/** A statement of about so many bytes. */
function sized(bytes: number): Posted {
  return anIdentified({ result: { response: 'x'.repeat(bytes) } });
}

describe.each(servers)('a server that takes less in one append than is configured: %s', (_name, start) => {
  const configured = { mostAppendBytes: 8 * LIMIT };

  it('refuses what is too large, tells its limit, and leaves the stream usable', async () => {
    const ledger = ledgerAt(withOwnStream(await start()), configured);
    await ledger.append(-1, 1, [anEvent()]);
    await expect(ledger.append(0, 2, [anEvent(LIMIT + 1)])).rejects.toMatchObject({ code: 'too_large' });
    expect(ledger.mostAppendBytes).toBe(LIMIT);
    expect(await ledger.head()).toEqual({ revision: 0, recorded: 1 });
    await ledger.append(0, 3, [anEvent(LIMIT / 2)]);
    expect(await ledger.head()).toEqual({ revision: 1, recorded: 3 });
  });

  it('what the node counts is never less than what the server counts', async () => {
    const address = withOwnStream(await start());
    const ledger = ledgerAt(address);
    const event = anEvent();
    const most = LIMIT - (ledger.bytesOf(event) - event.data.length);
    await ledger.append(-1, Number.MAX_SAFE_INTEGER, [{ ...anEvent(most), version: 1_000 }]);
    expect(await eventsAt(address)).toHaveLength(1);
  });

  it('requests of one group get appends of their own where they do not fit into one', async () => {
    const address = withOwnStream(await start());
    const node = await nodeAt(address, configured);
    const requests = Array.from({ length: 6 }, () => [sized(LIMIT / 4), sized(LIMIT / 8)]);
    const outcomes = await Promise.all(requests.map((request) => node.store(request, credential)));
    expect(outcomes).toEqual([1, 3, 5, 7, 9, 11].map((revision) => ({ revision })));
    await expectStored(node, address, ...requests.flat());
    const appended = Map.groupBy(await eventsAt(address), ({ recorded }) => recorded);
    for (const events of appended.values()) expect(events.length % 2, 'never inside a request').toBe(0);
    expect(node.gauges.get('appends')).toBe(appended.size);
    expect(appended.size).toBe(3);
  });

  it('one request over the limit is refused as too large, those beside it are stored', async () => {
    const address = withOwnStream(await start());
    const node = await nodeAt(address, configured);
    const [one, large, other] = [anIdentified(), sized(LIMIT), anIdentified()];
    const [first, refused, last, refusedBatch] = await Promise.all([
      node.store([one], credential),
      node.store([large], credential),
      node.store([other], credential),
      node.store([sized(LIMIT / 2), sized(LIMIT / 2)], credential),
    ]);
    for (const outcome of [refused, refusedBatch]) expect(outcome).toMatchObject({ error: { code: 'too_large' } });
    expect([first, last]).toEqual([{ revision: 0 }, { revision: 1 }]);
    await expectStored(node, address, one, other);
    expect(await node.store([{ ...large, result: undefined }], credential)).toEqual({ revision: 2 });
  });
});
