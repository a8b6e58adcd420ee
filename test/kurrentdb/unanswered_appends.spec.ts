import { EventStoreDBClient } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readKurrentAddress } from '../../src/ledger/kurrentdb/address.ts';
import { openClient } from '../../src/ledger/kurrentdb/client.ts';
import { toKurrentEvent } from '../../src/ledger/kurrentdb/events.ts';
import type { KurrentLedger } from '../../src/ledger/kurrentdb/kurrent_ledger.ts';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import type { AppendFault } from '../support/kurrentdb_double/faults.ts';
import { aContent, blobStreams, closeBlobs, streamOf } from './given_blobs.ts';
import { closeAll, cluster, double } from './given_double.ts';
import { anEvent, closeLedgers, eventsAt, ledgerAt, until } from './given_ledger.ts';

const STREAM = 'ledgerline';
const TIMEOUT = { timeoutMilliseconds: 500 };
const UNAVAILABLE = expect.objectContaining({ code: 'unavailable', details: { retryAfterSeconds: 1 } });

let server: KurrentDouble;
let ledger: KurrentLedger;
beforeEach(async () => {
  server = await double();
  ledger = ledgerAt(server.address, TIMEOUT);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await closeBlobs();
  await closeLedgers();
  await closeAll();
});

const ids = async () => (await eventsAt(server.address)).map(({ id }) => id);

describe('a batch append that is never answered', () => {
  it.each([
    ['never answered, not stored', -1],
    ['never answered, stored', 0],
  ] as const)(
    '%s: it is unavailable in the time given, and the same append again is stored once',
    async (fault, head) => {
      const event = anEvent();
      server.faults.push(fault);
      await expect(ledger.append(-1, 1, [event])).rejects.toEqual(UNAVAILABLE);
      expect(await ledger.head()).toMatchObject({ revision: head });
      await ledger.append(-1, 1, [event]);
      await ledger.append(0, 2, [anEvent()]);
      expect((await ids()).filter((id) => id === event.id)).toHaveLength(1);
      expect(server.events(STREAM)).toHaveLength(2);
    },
  );

  it('its client is thrown away, and the next append has another', async () => {
    const made = vi.spyOn(EventStoreDBClient, 'connectionString');
    await ledger.append(-1, 1, [anEvent()]);
    const disposed = vi.spyOn(made.mock.results[0]!.value as EventStoreDBClient, 'dispose');
    server.faults.push('never answered, not stored');
    await expect(ledger.append(0, 2, [anEvent()])).rejects.toEqual(UNAVAILABLE);
    expect(disposed).toHaveBeenCalledOnce();
    await ledger.append(0, 2, [anEvent()]);
    await ledger.append(1, 3, [anEvent()]);
    expect(made).toHaveBeenCalledTimes(2);
  });

  it('an answer that comes after the time given is no answer to the next append', async () => {
    const late = Promise.withResolvers<void>();
    const [first, another, third] = [anEvent(), anEvent(), anEvent()];
    server.faults.push({ answeredAfter: () => late.promise });
    await expect(ledger.append(-1, 1, [first])).rejects.toEqual(UNAVAILABLE);
    const second = expect(ledger.append(-1, 2, [another])).rejects.toMatchObject({ code: 'wrong_expected_revision' });
    late.resolve();
    await second;
    await ledger.append(0, 3, [third]);
    expect(await ids()).toEqual([first.id, third.id]);
  });

  it('a server that has stopped: appends and reads are unavailable in the time given, and go on with it', async () => {
    await ledger.append(-1, 1, [anEvent()]);
    server.stopAnswering();
    await expect(ledger.append(0, 2, [anEvent()])).rejects.toEqual(UNAVAILABLE);
    await expect(ledger.head()).rejects.toEqual(UNAVAILABLE);
    await expect(Array.fromAsync(ledger.read(0))).rejects.toEqual(UNAVAILABLE);
    server.goOn();
    const { revision } = await ledger.head();
    await ledger.append(revision, 3, [anEvent()]);
    expect(await ids()).toHaveLength(revision + 2);
  });
});

it('an answer that comes when another client’s error has ended the waiting for it does no harm', async () => {
  const another = await double();
  const [one, other] = [server, another].map(({ address }) => openClient(readKurrentAddress(address).connection));
  const event = () => toKurrentEvent(anEvent(), 1, 0);
  const late = Promise.withResolvers<void>();
  server.faults.push({ answeredAfter: () => late.promise });
  const first = expect(one!.appendToStream(STREAM, [event()])).rejects.toThrow();
  await until(() => server.events(STREAM).length === 1, 'the append has come');
  another.faults.push('unavailable, not stored');
  await expect(other!.appendToStream(STREAM, [event()])).rejects.toThrow();
  await first;
  late.resolve();
  // Its answer comes behind that of the first.
  await one!.appendToStream(STREAM, [event()]);
  expect(server.events(STREAM)).toHaveLength(2);
  await Promise.all([one!.dispose(), other!.dispose()]);
});

describe('an append whose outcome the client does not learn', () => {
  it.each<AppendFault>([
    'unavailable, not stored',
    'unavailable, stored',
    'timed out, not stored',
    'timed out, stored',
    'connection dropped, not stored',
    'connection dropped, stored',
    'not ready',
  ])('%s: it fails, and the same append again, after a look, is stored once', async (fault) => {
    const before = anEvent();
    const event = anEvent();
    await ledger.append(-1, 1, [before]);
    server.faults.push(fault);
    await expect(ledger.append(0, 2, [event])).rejects.not.toMatchObject({ code: 'wrong_expected_revision' });
    // A connection that was lost is noticed by the first call.
    await ledger.head().catch(() => {});
    const { revision } = await ledger.head();
    expect(revision).toBe(String(fault).endsWith(', stored') ? 1 : 0);
    await ledger.append(0, 2, [event]);
    expect(await ids()).toEqual([before.id, event.id]);
  });
});

describe('appends of blobs and events at the same time', () => {
  const answered = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    return { fault: { answeredAfter: () => promise }, resolve };
  };

  it('a blob’s that fails leaves the event’s alone', async () => {
    const [content, later] = [aContent(1_000), answered()];
    server.faults.push(later.fault, 'unavailable, not stored');
    const appended = ledgerAt(server.address).append(-1, 1, [anEvent()]);
    await until(() => server.events(STREAM).length === 1, 'the append has come');
    await blobStreams(server.address, STREAM).publish(content, content.from);
    later.resolve();
    await appended;
  });

  it('an event’s that is not answered, whose client is thrown away, leaves the blob’s alone', async () => {
    const [content, later] = [aContent(1_000), answered()];
    server.faults.push(later.fault, 'never answered, not stored');
    const published = blobStreams(server.address, STREAM).publish(content, content.from);
    await until(() => server.events(streamOf(STREAM, content)).length === 1, 'the blob has come');
    await expect(ledger.append(-1, 1, [anEvent()])).rejects.toEqual(UNAVAILABLE);
    later.resolve();
    await published;
  });
});

describe('the leader of a cluster', () => {
  it('is followed by appends and reads', async () => {
    const servers = await cluster(3);
    const following = ledgerAt(servers.address);
    await following.append(-1, 1, [anEvent()]);
    for (const [revision, leader] of [1, 2, 0].entries()) {
      servers.changeLeader(leader);
      const events = [anEvent()];
      const append = () => following.append(revision, revision + 2, events);
      await append().catch(append);
      await following.head().catch(() => {});
      expect(await following.head()).toMatchObject({ revision: revision + 1 });
    }
    expect(servers.events(STREAM)).toHaveLength(4);
  });

  it('is missing: nothing is stored, and appends go on when there is one', async () => {
    const servers = await cluster(3);
    const following = ledgerAt(servers.address, TIMEOUT);
    await following.append(-1, 1, [anEvent()]);
    servers.changeLeader(undefined);
    const events = [anEvent()];
    await expect(following.append(0, 2, events)).rejects.toThrow();
    await expect(following.append(0, 2, events)).rejects.toThrow();
    expect(servers.events(STREAM)).toHaveLength(1);
    servers.changeLeader(1);
    const append = () => following.append(0, 2, events);
    await append().catch(append);
    expect(servers.events(STREAM)).toHaveLength(2);
  });
});

it.each([-5, 5])(
  'a server whose clock is %i hours ahead takes appends, and the times are the ledger’s',
  async (hours) => {
    const skewed = await double({ clock: () => Date.now() + hours * 3_600_000 });
    const ahead = ledgerAt(skewed.address);
    await ahead.append(-1, 1_000, [anEvent()]);
    await ahead.append(0, 1_001, [anEvent(), anEvent()]);
    expect((await eventsAt(skewed.address)).map(({ recorded }) => recorded)).toEqual([1_000, 1_001, 1_001]);
  },
);
