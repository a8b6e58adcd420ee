import { binaryEvent } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import { aCredential } from '../support/local_store.ts';
import { anIdentified } from '../support/statements.ts';
import { closeAll, connect, double } from './given_double.ts';
import { anEvent, closeLedgers, expectStored, ledgerAt, nodeAt } from './given_ledger.ts';

const STREAM = 'ledgerline';
const DAMAGED = { code: 'damaged' };

let server: KurrentDouble;
beforeEach(async () => {
  server = await double();
});
afterEach(async () => {
  await closeLedgers();
  await closeAll();
});

/** Appends an event as nobody should. */
async function appendForeign(metadata: Uint8Array | Record<string, unknown> | undefined): Promise<void> {
  const event = binaryEvent({ type: 'foreign', data: Buffer.from('{}'), ...(metadata && { metadata }) });
  await connect(server.address).appendToStream(STREAM, event);
}

/** Cuts the stream's events off, as `$maxCount` or a truncation does. */
function cutOff(count: number): void {
  (server.events(STREAM) as unknown[]).splice(0, count);
}

async function readAll(from = 0) {
  return (await Array.fromAsync(ledgerAt(server.address).read(from))).flat();
}

async function follow(from: number) {
  for await (const _ of ledgerAt(server.address).subscribe(from, new AbortController().signal));
}

describe.each<[string, Parameters<typeof appendForeign>[0]]>([
  ['without metadata', undefined],
  ['with metadata that are no JSON', Buffer.from('x')],
  ['without a time', { version: 1, credential: 'k' }],
  ['with a version that is no number', { version: '1', credential: 'k', recorded: 1 }],
])('a foreign event in the stream, %s', (_what, metadata) => {
  it('is reported as damage by whoever comes to it', async () => {
    await ledgerAt(server.address).append(-1, 1, [anEvent()]);
    await appendForeign(metadata);
    await expect(readAll()).rejects.toMatchObject(DAMAGED);
    await expect(follow(0)).rejects.toMatchObject(DAMAGED);
    await expect(ledgerAt(server.address).head()).rejects.toMatchObject(DAMAGED);
    await expect(ledgerAt(server.address).eventAt(1)).rejects.toMatchObject(DAMAGED);
    expect(await ledgerAt(server.address).eventAt(0)).toMatchObject({ revision: 0, recorded: 1 });
  });
});

describe('events that were cut off', () => {
  it('are missed by whoever reads from them on, and by nobody else', async () => {
    await ledgerAt(server.address).append(-1, 1, [anEvent(), anEvent(), anEvent()]);
    cutOff(1);
    await expect(readAll()).rejects.toMatchObject(DAMAGED);
    await expect(follow(0)).rejects.toMatchObject(DAMAGED);
  });
});

describe('a node that comes to a damaged stream', () => {
  it('stores nothing behind it, and answers from what it has', async () => {
    const credential = aCredential('tester', 'all');
    const node = await nodeAt(server.address);
    const before = anIdentified();
    await node.store([before], credential);
    await appendForeign({});
    const outcome = await node.store([anIdentified()], credential);
    expect(outcome).toMatchObject({ error: { code: 'unavailable' } });
    expect(node.failures).toEqual([expect.objectContaining(DAMAGED)]);
    await expect(node.sequencer.refresh()).rejects.toMatchObject(DAMAGED);
    expect(server.events(STREAM)).toHaveLength(2);
    (server.events(STREAM) as unknown[]).pop();
    await node.sequencer.refresh();
    await expectStored(node, server.address, before);
  });
});
