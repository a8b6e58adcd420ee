import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readKurrentAddress } from '../../src/ledger/kurrentdb/address.ts';
import { KurrentLedger } from '../../src/ledger/kurrentdb/kurrent_ledger.ts';
import type { Ledger, NewEvent, RecordedEvent } from '../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { SqliteLedger } from '../../src/ledger/sqlite.ts';
import { type KurrentDouble, startKurrentDouble } from '../support/kurrentdb_double/double.ts';
import { realServer, withOwnStream } from '../support/kurrentdb_server.ts';

let directory: string;
let double: KurrentDouble;
const real = await realServer();
beforeAll(async () => {
  double = await startKurrentDouble();
});
afterAll(async () => {
  await double.close();
  if ('stop' in real) await real.stop();
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ledgerline-contract-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const kurrent = (address: string) =>
  new KurrentLedger({
    ...readKurrentAddress(withOwnStream(address)),
    timeoutMilliseconds: 5_000,
    mostAppendBytes: 2 ** 20,
  });

const engines: [string, () => Ledger][] = [
  ['memory', () => new MemoryLedger()],
  ['sqlite', () => new SqliteLedger(join(directory, 'ledger.sqlite'))],
  ['kurrentdb (test double)', () => kurrent(double.address)],
  ...('address' in real
    ? [['kurrentdb (real server)', () => kurrent(real.address)] satisfies [string, () => Ledger]]
    : []),
];
if ('reason' in real) describe.skip(`the kurrentdb (real server) ledger: ${real.reason}`, () => it('', () => {}));

function event(text: string): NewEvent {
  const data = new TextEncoder().encode(text);
  return { id: crypto.randomUUID(), type: 'tested', version: 1, credential: 'tester', data };
}

async function all(ledger: Ledger, from = 0, portion?: number): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const some of ledger.read(from, portion)) events.push(...some);
  return events;
}

describe.each(engines)('the %s ledger', (_name, open) => {
  let ledger: Ledger;
  beforeEach(() => {
    ledger = open();
  });
  afterEach(() => ledger.close());

  it('is empty at first: head at revision -1', async () => {
    expect(await ledger.head()).toEqual({ revision: -1, recorded: 0 });
    expect(await all(ledger)).toEqual([]);
  });

  it('gives dense revisions from 0 and returns every event as it was appended', async () => {
    const events = [event('a'), event('b'), event('c')];
    await ledger.append(-1, 10, events.slice(0, 2));
    await ledger.append(1, 11, events.slice(2));
    expect(await ledger.head()).toEqual({ revision: 2, recorded: 11 });
    const recorded = [10, 10, 11];
    expect((await all(ledger)).map((read) => ({ ...read, data: [...read.data] }))).toEqual(
      events.map((appended, i) => ({
        ...appended,
        data: [...appended.data],
        revision: i,
        recorded: recorded[i],
      })),
    );
  });

  it('keeps data byte for byte, also what is no UTF-8 text, and nothing at all', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    await ledger.append(-1, 1, [
      { ...event(''), data: bytes },
      { ...event(''), data: new Uint8Array() },
    ]);
    expect((await all(ledger)).map((read) => [...read.data])).toEqual([[...bytes], []]);
  });

  it('does not follow later changes of the bytes that were handed in', async () => {
    const appended = event('before');
    await ledger.append(-1, 1, [appended]);
    appended.data.fill(0);
    expect(new TextDecoder().decode((await all(ledger))[0]!.data)).toBe('before');
  });

  it.each([-2, 0, 5])(
    'refuses an append that expects revision %i of an empty ledger, and stores nothing',
    async (expected) => {
      await expect(ledger.append(expected, 1, [event('x')])).rejects.toMatchObject({ code: 'wrong_expected_revision' });
      expect(await ledger.head()).toEqual({ revision: -1, recorded: 0 });
    },
  );

  it('lets exactly one of two writers that expect the same revision win', async () => {
    const outcomes = await Promise.allSettled([
      ledger.append(-1, 1, [event('first')]),
      ledger.append(-1, 2, [event('second')]),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await all(ledger)).toHaveLength(1);
  });

  it('refuses a time that is not later than the last append, and stores nothing', async () => {
    await ledger.append(-1, 100, [event('a')]);
    await expect(ledger.append(0, 100, [event('b')])).rejects.toMatchObject({ code: 'invalid_event' });
    await expect(ledger.append(0, 99, [event('b')])).rejects.toMatchObject({ code: 'invalid_event' });
    expect(await ledger.head()).toEqual({ revision: 0, recorded: 100 });
  });

  it('stores all of a large append in one piece', async () => {
    await ledger.append(
      -1,
      1,
      Array.from({ length: 5_000 }, (_, i) => event(`${i}`)),
    );
    const events = await all(ledger, 0, 999);
    expect(events.map((read) => read.revision)).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
    expect(new TextDecoder().decode(events[4_321]!.data)).toBe('4321');
  });

  it('reads from any revision, in portions, and nothing behind the head', async () => {
    await ledger.append(
      -1,
      1,
      Array.from({ length: 10 }, (_, i) => event(`${i}`)),
    );
    const portions: number[][] = [];
    for await (const some of ledger.read(3, 4)) portions.push(some.map((read) => read.revision));
    expect(portions).toEqual([
      [3, 4, 5, 6],
      [7, 8, 9],
    ]);
    expect(await all(ledger, 10)).toEqual([]);
  });

  it('a subscription catches up, then follows appends in order, and ends with its signal', async () => {
    await ledger.append(-1, 1, [event('0'), event('1')]);
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const some of ledger.subscribe(1, stop.signal)) {
        seen.push(...some.map((read) => read.revision));
        if (seen.length === 41) stop.abort();
      }
    })();
    for (let i = 0; i < 20; i++) {
      await ledger.append(1 + 2 * i, 2 + i, [event('x'), event('y')]);
      if (i % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await following;
    expect(seen).toEqual(Array.from({ length: 41 }, (_, i) => i + 1));
  });

  it('a subscription brings what was appended together in one portion', async () => {
    const stop = new AbortController();
    const portions: (readonly RecordedEvent[])[] = [];
    let seen = 0;
    const following = (async () => {
      for await (const some of ledger.subscribe(0, stop.signal)) {
        portions.push(some);
        seen += some.length;
        if (seen === 3_200) stop.abort();
      }
    })();
    for (let i = 0; i < 8; i++) {
      const together = Array.from({ length: 400 }, (_, j) => event(`${i} ${j}`.padEnd(500)));
      await ledger.append(400 * i - 1, 1 + i, together);
      if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await following;
    const torn = portions.filter((some, i) => some.at(-1)!.recorded === portions[i + 1]?.[0]?.recorded);
    expect(torn).toEqual([]);
    expect(portions.flat().map(({ revision }) => revision)).toEqual(Array.from({ length: 3_200 }, (_, i) => i));
  });

  it('a subscription ends when it is told to while it waits', async () => {
    const stop = new AbortController();
    const ended = (async () => {
      for await (const _ of ledger.subscribe(0, stop.signal));
      return true;
    })();
    setTimeout(() => stop.abort(), 5);
    expect(await ended).toBe(true);
  });
});
