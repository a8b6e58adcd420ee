import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { expect, it } from 'vitest';
import type { ReadMessage, StoredEvent } from '../../src/ledger/kurrentdb/read_response.ts';
import { type Portions, readEvents } from '../../src/ledger/kurrentdb/reading.ts';

const NO_BYTES = new Uint8Array(0);
const event = (revision: number): StoredEvent => ({
  id: crypto.randomUUID(),
  revision,
  type: 'tested',
  metadata: NO_BYTES,
  data: NO_BYTES,
});

/** A client whose connection brings these messages, and what it was told. */
function clientOf(messages: AsyncIterable<ReadMessage>) {
  let cancellations = 0;
  const reading = Object.assign(Readable.from(messages), {
    cancel() {
      cancellations += 1;
    },
  });
  const client = { callArguments: () => [], GRPCStreamCreator: () => async () => reading };
  return { client: client as unknown as EventStoreDBClient, cancellations: () => cancellations };
}

const PATIENCE = { milliseconds: 150, stall: () => new Error('nothing came') };

async function revisionsFrom(client: EventStoreDBClient, portions: Portions): Promise<number[][]> {
  const read = readEvents(client, { stream: 's', from: 0 }, portions);
  return Array.fromAsync(read, (events) => events.map(({ revision }) => revision));
}

it('that which comes slowly fills a portion, however long that takes', async () => {
  async function* slowly() {
    for (let i = 0; i < 8; i++) {
      await delay(50);
      yield event(i);
    }
  }
  const { client } = clientOf(slowly());
  expect(await revisionsFrom(client, { most: 5, full: true, patience: PATIENCE })).toEqual([
    [0, 1, 2, 3, 4],
    [5, 6, 7],
  ]);
});

it('that which stops coming fails, and is cancelled', async () => {
  async function* stopping() {
    yield event(0);
    await delay(5_000, undefined, { ref: false });
  }
  const { client, cancellations } = clientOf(stopping());
  const read = readEvents(client, { stream: 's', from: 0 }, { most: 5, full: true, patience: PATIENCE });
  expect((await read.next()).value).toMatchObject([{ revision: 0 }]);
  await expect(read.next()).rejects.toThrow('nothing came');
  await expect.poll(cancellations).toBe(1);
});

it('what is not taken is not read on, but for a portion', async () => {
  let made = 0;
  async function* many() {
    for (; made < 1_000; made++) yield event(made);
  }
  const { client, cancellations } = clientOf(many());
  const read = readEvents(client, { stream: 's', from: 0 }, { most: 10 });
  await read.next();
  await delay(20);
  expect(made).toBeLessThan(100);
  await read.return(undefined);
  await expect.poll(cancellations).toBe(1);
});

it('a stream that does not exist is an empty one; what is no event is passed over', async () => {
  async function* messages(...all: ReadMessage[]) {
    yield* all;
  }
  expect(await revisionsFrom(clientOf(messages('no such stream')).client, { most: 5 })).toEqual([]);
  const { client } = clientOf(messages('something else', event(0), 'something else', event(1)));
  expect((await revisionsFrom(client, { most: 5 })).flat()).toEqual([0, 1]);
});
