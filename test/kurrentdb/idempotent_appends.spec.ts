import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { realServer, withOwnStream } from '../support/kurrentdb_server.ts';
import { aCredential } from '../support/local_store.ts';
import { anIdentified, idsOf } from '../support/statements.ts';
import { closeAll, double } from './given_double.ts';
import { anEvent, closeLedgers, eventsAt, ledgerAt, nodeAt, statementsOf } from './given_ledger.ts';

const real = await realServer();
afterAll(async () => {
  if ('stop' in real) await real.stop();
});
afterEach(async () => {
  await closeLedgers();
  await closeAll();
});

const servers: [string, () => Promise<string>][] = [['the test double', async () => (await double()).address]];
if ('address' in real) servers.push(['a real server', async () => real.address]);
else describe.skip(`appends that are sent again to a real server: ${real.reason}`, () => it('', () => {}));

describe.each(servers)('an append that is sent again to %s', (_name, start) => {
  it('behind the same revision is stored once, also when another has come behind it', async () => {
    const address = withOwnStream(await start());
    const ledger = ledgerAt(address);
    const events = [anEvent(), anEvent()];
    await ledger.append(-1, 1, events);
    await ledger.append(-1, 1, events);
    const behind = anEvent();
    await ledger.append(1, 2, [behind]);
    await ledgerAt(address).append(-1, 1, events);
    expect(idsOf(await eventsAt(address))).toEqual(idsOf([...events, behind]));
  });

  it('behind another revision is stored again: this is why a node looks for its own events first', async () => {
    const address = withOwnStream(await start());
    const ledger = ledgerAt(address);
    const event = anEvent();
    await ledger.append(-1, 1, [event]);
    await ledger.append(0, 2, [event]);
    expect(idsOf(await eventsAt(address))).toEqual([event.id, event.id]);
  });

  it('with another event is refused', async () => {
    const address = withOwnStream(await start());
    const ledger = ledgerAt(address);
    const event = anEvent();
    await ledger.append(-1, 1, [event]);
    await expect(ledger.append(-1, 1, [event, anEvent()])).rejects.toMatchObject({ code: 'wrong_expected_revision' });
    await expect(ledger.append(-1, 1, [anEvent()])).rejects.toMatchObject({ code: 'wrong_expected_revision' });
    expect(await eventsAt(address)).toHaveLength(1);
  });
});

describe.each(servers)('two nodes that write to %s', (_name, start) => {
  it('store no statement twice, and tear no batch, whichever of them is asked', async () => {
    const address = withOwnStream(await start());
    const credential = aCredential('tester', 'all');
    const [one, other] = [await nodeAt(address), await nodeAt(address)];
    const batches = Array.from({ length: 30 }, () => [anIdentified(), anIdentified(), anIdentified()]);
    const outcomes = await Promise.all(
      batches.flatMap((batch) => [one, other].map((node) => node.store(batch, credential))),
    );
    for (const outcome of outcomes) expect(outcome).toEqual({ revision: expect.any(Number) });
    await Promise.all([one, other].map((node) => node.sequencer.refresh()));
    expect(statementsOf(other)).toEqual(statementsOf(one));
    expect(other.events()).toEqual(one.events());
    const stored = idsOf(statementsOf(one));
    expect(stored.toSorted()).toEqual(idsOf(batches.flat()).toSorted());
    for (const batch of batches) {
      const at = stored.indexOf(batch[0]!.id);
      expect(stored.slice(at, at + 3)).toEqual(idsOf(batch));
    }
  });
});
