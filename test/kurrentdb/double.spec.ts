import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type AppendExpectedRevision,
  binaryEvent,
  DeadlineExceededError,
  type EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  NotLeaderError,
  STREAM_EXISTS,
  TimeoutError,
  UnavailableError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import type { AppendFault } from '../support/kurrentdb_double/faults.ts';
import { closeAll, connect, double, event, read, STREAM, WAYS } from './given_double.ts';

afterEach(closeAll);

describe.each(WAYS)('%s append', (_way, how) => {
  let server: KurrentDouble;
  let client: EventStoreDBClient;
  beforeEach(async () => {
    server = await double({ maxAppendSize: 1_000 });
    client = connect(server.address);
  });

  const append = (expectedRevision: AppendExpectedRevision, ...events: ReturnType<typeof event>[]) =>
    client.appendToStream(STREAM, events, { expectedRevision, ...how });
  const stored = () => server.events(STREAM).map(({ data }) => Buffer.from(data).toString());

  it('stores events in their order and names the last revision', async () => {
    expect(await append(NO_STREAM, event('a'), event('b'))).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(await append(1n, event('c'))).toMatchObject({ success: true, nextExpectedRevision: 2n });
    expect(await append(STREAM_EXISTS, event('d'))).toMatchObject({ nextExpectedRevision: 3n });
    expect(await append('any', event('e'))).toMatchObject({ nextExpectedRevision: 4n });
    expect(stored()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('keeps every field of an event', async () => {
    const json = jsonEvent({ id: randomUUID(), type: 'in JSON', data: { a: 'ä' }, metadata: { b: [1] } });
    const binary = binaryEvent({
      id: randomUUID(),
      type: 'bytes',
      data: Uint8Array.of(0, 255),
      metadata: Buffer.of(254),
    });
    await client.appendToStream(STREAM, [json, binary], { expectedRevision: NO_STREAM, ...how });
    const [first, second] = await Array.fromAsync(client.readStream(STREAM));
    const { contentType: _, ...fields } = json;
    expect(first!.event).toMatchObject({ ...fields, isJson: true, streamId: STREAM, revision: 0n });
    expect(second!.event).toMatchObject({ id: binary.id, type: 'bytes', isJson: false, revision: 1n });
    expect([...(second!.event!.data as Uint8Array)]).toEqual([0, 255]);
    expect([...(second!.event!.metadata as Uint8Array)]).toEqual([254]);
  });

  it.each<[AppendExpectedRevision, AppendExpectedRevision]>([
    [0n, 1n],
    [5n, 1n],
    [NO_STREAM, 1n],
  ])('refuses expected revision %s of a stream that ends at another', async (expected, actual) => {
    await append(NO_STREAM, event('a'), event('b'));
    const refused = append(expected, event('c'));
    await expect(refused).rejects.toThrow(WrongExpectedVersionError);
    await expect(refused).rejects.toMatchObject({
      expectedVersion: expected,
      actualVersion: actual,
      streamName: STREAM,
    });
    expect(stored()).toEqual(['a', 'b']);
  });

  it.each<AppendExpectedRevision>([0n, STREAM_EXISTS])(
    'refuses expected revision %s of no stream',
    async (expected) => {
      const refused = append(expected, event('a'));
      await expect(refused).rejects.toThrow(WrongExpectedVersionError);
      await expect(refused).rejects.toMatchObject({ expectedVersion: expected, actualVersion: NO_STREAM });
      expect(stored()).toEqual([]);
    },
  );

  it('takes the same ids behind the same revision as one append, also when others have come behind', async () => {
    const [a, b, c] = [event('a'), event('b'), event('c')];
    await append(NO_STREAM, a);
    await append(0n, b, c);
    await append(2n, event('d'));
    expect(await append(0n, b, c)).toMatchObject({ success: true, nextExpectedRevision: 2n });
    expect(await append(NO_STREAM, a)).toMatchObject({ success: true, nextExpectedRevision: 0n });
    expect(stored()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('refuses ids half of which are new, or in another order, behind an old revision', async () => {
    const [a, b] = [event('a'), event('b')];
    await append(NO_STREAM, a, b);
    for (const events of [
      [a, event('new')],
      [b, a],
      [event('new'), b],
      [a, b, event('new')],
    ]) {
      await expect(append(NO_STREAM, ...events)).rejects.toThrow(WrongExpectedVersionError);
    }
    expect(stored()).toEqual(['a', 'b']);
  });

  it('stores the same ids a second time behind the last revision', async () => {
    const a = event('a');
    await append(NO_STREAM, a);
    expect(await append(0n, a)).toMatchObject({ nextExpectedRevision: 1n });
    expect(stored()).toEqual(['a', 'a']);
  });

  it('refuses an append above the limit whole, and takes the next', async () => {
    // Metadata has 15 bytes, the type 6 characters.
    const most = event('x'.repeat(1_000 - 15 - 12));
    const refused = append(NO_STREAM, most, event(''));
    await expect(refused).rejects.toThrow(MaxAppendSizeExceededError);
    await expect(refused).rejects.toMatchObject({ maxAppendSize: 1_000 });
    expect(await append(NO_STREAM, most)).toMatchObject({ nextExpectedRevision: 0n });
  });

  it('lets exactly one of several writers win each revision', async () => {
    const clients = [client, connect(server.address), connect(server.address)];
    for (let revision = -1; revision < 9; revision++) {
      const expectedRevision = revision < 0 ? NO_STREAM : BigInt(revision);
      const outcomes = await Promise.allSettled(
        clients.map((each) => each.appendToStream(STREAM, event('x'), { expectedRevision, ...how })),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
    expect(stored()).toHaveLength(10);
  });

  const errors: [AppendFault, new (...of: never[]) => Error, string[]][] = [
    ['unavailable, not stored', UnavailableError, []],
    ['unavailable, stored', UnavailableError, ['a']],
    ['connection dropped, not stored', UnavailableError, []],
    ['connection dropped, stored', UnavailableError, ['a']],
    ['wrong expected revision, stored', WrongExpectedVersionError, ['a']],
    ['timed out, not stored', how.credentials ? TimeoutError : DeadlineExceededError, []],
    ['timed out, stored', how.credentials ? TimeoutError : DeadlineExceededError, ['a']],
    ['not ready', how.credentials ? UnavailableError : UnknownError, []],
    [{ notLeader: { host: '127.0.0.1', port: 9 } }, NotLeaderError, []],
  ];
  it.each(errors)('fails as told: %j', async (fault, error, then) => {
    server.faults.push(fault);
    await expect(append(NO_STREAM, event('a'))).rejects.toThrow(error);
    expect(stored()).toEqual(then);
  });

  it('works again after a fault, with the same client', async () => {
    server.faults.push('connection dropped, not stored', undefined, 'unavailable, stored');
    const a = event('a');
    await expect(append(NO_STREAM, a)).rejects.toThrow(UnavailableError);
    await append(NO_STREAM, a);
    await expect(append(0n, event('b'))).rejects.toThrow(UnavailableError);
    await append(1n, event('c'));
    expect(stored()).toEqual(['a', 'b', 'c']);
  });

  it('stores now and answers later', async () => {
    const answer = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    server.faults.push({
      answeredAfter: () => {
        begun.resolve();
        return answer.promise;
      },
    });
    let answered = false;
    const appended = append(NO_STREAM, event('a')).finally(() => {
      answered = true;
    });
    await begun.promise;
    expect(stored()).toEqual(['a']);
    await delay(20);
    expect(answered).toBe(false);
    answer.resolve();
    expect(await appended).toMatchObject({ nextExpectedRevision: 0n });
  });

  it('reports an append unavailable and stores it later, where it still fits', async () => {
    const later = Promise.withResolvers<void>();
    server.faults.push({ storedAfter: () => later.promise }, { storedAfter: () => later.promise });
    await expect(append(NO_STREAM, event('a'))).rejects.toThrow(UnavailableError);
    await expect(append(NO_STREAM, event('b'))).rejects.toThrow(UnavailableError);
    expect(stored()).toEqual([]);
    later.resolve();
    await later.promise;
    expect(stored()).toEqual(['a']);
  });

  it('lets another writer in first', async () => {
    const another = { id: randomUUID(), type: 'tested', contentType: 'application/octet-stream' } as const;
    server.faults.push({ another: { ...another, data: Buffer.from('first'), metadata: Buffer.from('') } });
    await expect(append(NO_STREAM, event('a'))).rejects.toMatchObject({ actualVersion: 0n });
    expect(stored()).toEqual(['first']);
  });

  it('works while it is slow', async () => {
    server.slow(5);
    await append(NO_STREAM, event('a'));
    expect(await read(client)).toEqual(['0 a']);
  });
});

describe('an append that is never answered', () => {
  it.each<[AppendFault, number]>([
    ['never answered, not stored', 0],
    ['never answered, stored', 1],
  ])('ends at its deadline when it is plain: %s', async (fault, count) => {
    const server = await double();
    server.faults.push(fault);
    const [, how] = WAYS[1]!;
    const appended = connect(server.address).appendToStream(STREAM, event('a'), { ...how, deadline: 200 });
    await expect(appended).rejects.toThrow(DeadlineExceededError);
    expect(server.events(STREAM)).toHaveLength(count);
  });

  it.each<[AppendFault, number]>([
    ['never answered, not stored', 0],
    ['never answered, stored', 1],
  ])('is pending beyond its deadline when it is batch: %s', async (fault, count) => {
    const server = await double();
    const client = connect(server.address);
    await client.appendToStream('another', event('a'));
    server.faults.push(fault);
    const appended = client.appendToStream(STREAM, event('a'), { deadline: 100 }).then(
      () => 'answered',
      () => 'rejected',
    );
    expect(await Promise.race([appended, delay(300, 'pending')])).toBe('pending');
    expect(server.events(STREAM)).toHaveLength(count);
    await client.dispose();
    expect(await appended).toBe('rejected');
  });
});

describe('a server that is stopped', () => {
  it.each(WAYS)('stores and answers nothing until it goes on: %s append', async (_way, how) => {
    const server = await double();
    const client = connect(server.address);
    await client.appendToStream(STREAM, event('a'), how);
    server.stopAnswering();
    const [appended, reading] = [client.appendToStream(STREAM, event('b'), how), read(client)];
    const other = connect(server.address).appendToStream(STREAM, event('c'), how);
    expect(await Promise.race([appended, reading, other, delay(200, 'pending')])).toBe('pending');
    expect(server.events(STREAM)).toHaveLength(1);
    server.goOn();
    await Promise.all([appended, reading, other]);
    expect(server.events(STREAM)).toHaveLength(3);
  });

  it('stores nothing of a client that has gone meanwhile', async () => {
    const server = await double();
    const client = connect(server.address);
    await client.appendToStream(STREAM, event('a'));
    server.stopAnswering();
    const appended = client.appendToStream(STREAM, event('b'));
    appended.catch(() => {});
    server.dropConnections();
    await expect(appended).rejects.toThrow(UnavailableError);
    server.goOn();
    await connect(server.address).appendToStream(STREAM, event('c'));
    expect(await read(client)).toEqual(['0 a', '1 c']);
  });
});

describe('a server that is gone', () => {
  it('refuses connections, and is back on its port with its events', async () => {
    const server = await double();
    const client = connect(server.address);
    await client.appendToStream(STREAM, event('a'));
    await server.refuse();
    await expect(client.appendToStream(STREAM, event('b'))).rejects.toThrow(UnavailableError);
    await expect(read(connect(server.address))).rejects.toThrow(UnavailableError);
    await server.accept();
    expect(await read(connect(server.address))).toEqual(['0 a']);
  });
});
