import { setTimeout as delay } from 'node:timers/promises';
import {
  BACKWARDS,
  binaryEvent,
  END,
  type EventStoreDBClient,
  StreamNotFoundError,
  type SubscribeToStreamOptions,
  TimeoutError,
  UnavailableError,
} from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import { closeAll, connect, double, read, STREAM, several } from './given_double.ts';

/** How many events of 4,000 bytes are more than all the buffers between double and reader hold. */
const LARGE = 3_000;

let server: KurrentDouble;
let client: EventStoreDBClient;
beforeEach(async () => {
  server = await double();
  client = connect(server.address);
});
afterEach(closeAll);

async function appendLarge(writer: EventStoreDBClient): Promise<void> {
  const large = () => binaryEvent({ type: 'tested', data: Buffer.alloc(4_000) });
  for (let i = 0; i < LARGE; i += 200) await writer.appendToStream(STREAM, Array.from({ length: 200 }, large));
}

/** How many events were sent when no more are. */
async function settled({ eventsSent }: KurrentDouble): Promise<number> {
  await delay(100);
  return server.eventsSent === eventsSent ? eventsSent : settled(server);
}

describe('reading', () => {
  it('gives a stream forwards and backwards, from anywhere, as much as is asked for', async () => {
    await client.appendToStream(STREAM, several(5));
    expect(await read(client)).toEqual(['0 0', '1 1', '2 2', '3 3', '4 4']);
    expect(await read(client, { fromRevision: 2n, maxCount: 2 })).toEqual(['2 2', '3 3']);
    expect(await read(client, { fromRevision: 5n })).toEqual([]);
    expect(await read(client, { fromRevision: END })).toEqual([]);
    expect(await read(client, { direction: BACKWARDS, fromRevision: END, maxCount: 2 })).toEqual(['4 4', '3 3']);
    expect(await read(client, { direction: BACKWARDS, fromRevision: 1n })).toEqual(['1 1', '0 0']);
    expect(await read(client, { direction: BACKWARDS, fromRevision: 99n, maxCount: 1 })).toEqual(['4 4']);
  });

  it('gives more than a page in order, in both directions', async () => {
    await client.appendToStream(STREAM, several(1_703));
    const forwards = Array.from({ length: 1_703 }, (_, i) => `${i} ${i}`);
    expect(await read(client)).toEqual(forwards);
    expect(await read(client, { direction: BACKWARDS, fromRevision: END })).toEqual(forwards.toReversed());
  });

  it('says that there is no stream', async () => {
    await expect(read(client)).rejects.toThrow(StreamNotFoundError);
  });

  it('tells the times of the clock it was given, shared by the events of an append', async () => {
    let now = Date.UTC(2001, 1, 3, 4, 5, 6, 789);
    const skewed = await double({ clock: () => now });
    const reader = connect(skewed.address);
    await reader.appendToStream(STREAM, several(2));
    now -= 60_000;
    await reader.appendToStream(STREAM, several(1));
    const events = await Array.fromAsync(reader.readStream(STREAM));
    expect(events.map(({ event: each }) => each!.created.toISOString())).toEqual([
      '2001-02-03T04:05:06.789Z',
      '2001-02-03T04:05:06.789Z',
      '2001-02-03T04:04:06.789Z',
    ]);
  });

  it('keeps to itself what a reader does not take', async () => {
    await appendLarge(client);
    let taken = 0;
    for await (const _ of client.readStream(STREAM)) {
      taken += 1;
      if (taken === 1) expect(await settled(server)).toBeLessThan(LARGE / 2);
    }
    expect([taken, server.eventsSent]).toEqual([LARGE, LARGE]);
  });
});

describe('a subscription', () => {
  /** A subscription, and what it was told: revisions, and when it was confirmed and had caught up. */
  function follow(options: SubscribeToStreamOptions = {}) {
    const seen: string[] = [];
    const awaited = new Map<string, () => void>();
    const note = (text: string) => {
      seen.push(text);
      awaited.get(text)?.();
    };
    const subscription = client.subscribeToStream(STREAM, options);
    subscription.on('confirmation', () => note('confirmation'));
    subscription.on('caughtUp', () => note('caughtUp'));
    subscription.on('data', ({ event: each }) => note(`${each!.revision}`));
    const failed = new Promise<Error>((resolve) => {
      subscription.on('error', resolve);
    });
    const until = async (text: string) => {
      if (!seen.includes(text)) await new Promise<void>((resolve) => awaited.set(text, resolve));
      return seen;
    };
    return { subscription, failed, until, seen };
  }

  it('confirms, catches up, says so, and goes on with what is appended', async () => {
    await client.appendToStream(STREAM, several(2));
    const { until, subscription } = follow();
    await until('caughtUp');
    await client.appendToStream(STREAM, several(1));
    await client.appendToStream('another', several(1));
    await client.appendToStream(STREAM, several(2));
    expect(await until('4')).toEqual(['confirmation', '0', '1', 'caughtUp', '2', '3', '4']);
    await subscription.unsubscribe();
  });

  it('begins behind the revision it is given, or at the end', async () => {
    await client.appendToStream(STREAM, several(3));
    const [behind, end] = [follow({ fromRevision: 1n }), follow({ fromRevision: END })];
    await Promise.all([behind.until('caughtUp'), end.until('caughtUp')]);
    await client.appendToStream(STREAM, several(1));
    expect(await behind.until('3')).toEqual(['confirmation', '2', 'caughtUp', '3']);
    expect(await end.until('3')).toEqual(['confirmation', 'caughtUp', '3']);
  });

  it('waits for a stream that is not there, and has not caught up with it before', async () => {
    const { until, seen } = follow();
    await until('confirmation');
    expect(seen).toEqual(['confirmation']);
    await client.appendToStream(STREAM, several(1));
    expect(await until('caughtUp')).toEqual(['confirmation', '0', 'caughtUp']);
  });

  it('sees every event once and in order while others append', async () => {
    const writers = [connect(server.address), connect(server.address)];
    const { until } = follow();
    await Promise.all(
      writers.map(async (writer) => {
        for (let i = 0; i < 50; i++) await writer.appendToStream(STREAM, several(7));
      }),
    );
    const seen = await until('699');
    expect(seen.filter((text) => /\d/.test(text))).toEqual(Array.from({ length: 700 }, (_, i) => `${i}`));
  });

  it('ends when the connection drops, when its reader is too slow, and when the client goes', async () => {
    await client.appendToStream(STREAM, several(1));
    const dropped = follow();
    await dropped.until('caughtUp');
    server.dropConnections();
    expect(await dropped.failed).toBeInstanceOf(UnavailableError);

    const slow = follow();
    await slow.until('caughtUp');
    server.dropSubscriptions();
    expect(await slow.failed).toBeInstanceOf(TimeoutError);

    const left = follow();
    await left.until('caughtUp');
    expect(server.subscriptions).toBe(1);
    await left.subscription.unsubscribe();
    await expect.poll(() => server.subscriptions).toBe(0);
  });

  it('is not sent more than its reader takes', async () => {
    const { subscription, until } = follow();
    await until('confirmation');
    subscription.pause();
    await appendLarge(client);
    expect(await settled(server)).toBeLessThan(LARGE / 2);
    subscription.resume();
    await until(`${LARGE - 1}`);
  });
});
