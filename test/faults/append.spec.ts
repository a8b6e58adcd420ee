import { randomUUID } from 'node:crypto';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encode } from '../../src/events/codec.ts';
import type { NewEvent } from '../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { answer } from '../../src/queries/answers.ts';
import { isDamage, ProjectionFile } from '../../src/read_store/projection_file.ts';
import { RowFile } from '../../src/read_store/row_file.ts';
import { formatMicros } from '../../src/xapi/instant.ts';
import type { Statement } from '../../src/xapi/statement.ts';
import { type Fault, FaultyLedger } from '../support/faulty_ledger.ts';
import { aCredential, ISSUE, type LocalStore, openLocalStore } from '../support/local_store.ts';
import { anIdentified, idsOf, type Posted } from '../support/statements.ts';

const credential = aCredential('tester', 'all');
const UNAVAILABLE = {
  error: expect.objectContaining({ code: 'unavailable', details: { retryAfterSeconds: 1 } }),
};
/** More often than the sequencer tries. */
const TOO_OFTEN: Fault[] = Array(6).fill('fails');

let ledger: FaultyLedger;
let store: LocalStore;
beforeEach(async () => {
  ledger = new FaultyLedger(new MemoryLedger());
  store = await openLocalStore(ledger);
});
afterEach(() => store.close());

/** The event by which another writer stores a statement. */
function storedByAnother(statement: Posted): NewEvent {
  const time = formatMicros(Date.now() * 1_000);
  const { authority } = credential;
  const complete = { ...statement, timestamp: time, stored: time, authority, version: '1.0.0' };
  const { version, data } = encode('statement-stored', { statement: complete as never });
  return { id: randomUUID(), type: 'statement-stored', version, credential: credential.key, data };
}

async function ledgerIds(): Promise<string[]> {
  const events = (await Array.fromAsync(ledger.read(0))).flat();
  expect(events.map(({ revision }) => revision)).toEqual(events.map((_, i) => i));
  return events.map(({ data }) => JSON.parse(Buffer.from(data).toString('utf8')).statement?.id);
}

function readIds(): string[] {
  const query = { relatedAgents: false, relatedActivities: false, ascending: true, limit: 1_000 };
  const show = { format: 'exact', acceptLanguage: undefined, attachments: false } as const;
  const { body } = store.read((snapshot) => answer(snapshot, { kind: 'statements', query, show })) as {
    body: Uint8Array;
  };
  return idsOf(JSON.parse(Buffer.from(body).toString('utf8')));
}

/** That these statements and no others are in the ledger and in the answers, once, in this order. */
async function expectStored(...statements: Posted[]): Promise<void> {
  expect(await ledgerIds()).toEqual(idsOf(statements));
  expect(readIds()).toEqual(idsOf(statements));
}

describe('an append that fails', () => {
  it.each<[string, Fault[]]>([
    ['once', ['fails']],
    ['three times', ['fails', 'fails', 'fails']],
    ['once, after it was stored', ['stored, but reported failed']],
    ['once, and is stored after the writer has looked', ['stored late, and reported failed']],
    ['in every way', ['fails', 'stored late, and reported failed', 'fails', 'stored, but reported failed']],
  ])('%s: the request succeeds, and is stored once', async (_how, faults) => {
    const [before, first, second, after] = [anIdentified(), anIdentified(), anIdentified(), anIdentified()];
    await store.store([before], credential);
    ledger.faults.push(...faults);
    expect(await store.store([first, second], credential)).toEqual({ revision: 2 });
    expect(await store.store([after], credential)).toEqual({ revision: 3 });
    await expectStored(before, first, second, after);
  });

  it('for good: the request is answered `unavailable`, nothing of it is stored, and the store goes on', async () => {
    ledger.faults.push(...TOO_OFTEN);
    const [refused, taken] = [anIdentified(), anIdentified()];
    expect(await store.store([refused], credential)).toMatchObject(UNAVAILABLE);
    await expectStored();
    expect(store.failures).toEqual([expect.objectContaining({ message: 'the disk is full' })]);
    expect(await store.store([taken], credential)).toEqual({ revision: 0 });
    expect(await store.store([refused], credential)).toEqual({ revision: 1 });
    await expectStored(taken, refused);
  });

  it('after it was stored: a command that could not be done twice is not tried again', async () => {
    ledger.faults.push('stored, but reported failed');
    expect(await store.sequencer.submit(ISSUE)).toEqual({ revision: 0 });
    expect(await store.sequencer.submit(ISSUE)).toMatchObject({ error: { code: 'conflict' } });
  });

  it('for good: what was decided before the append is forgotten', async () => {
    ledger.faults.push(...TOO_OFTEN);
    expect(await store.sequencer.submit(ISSUE)).toMatchObject(UNAVAILABLE);
    expect(await store.sequencer.submit(ISSUE), 'the key is still free').toEqual({ revision: 0 });
  });

  it('after it was stored, with other requests in the group: each gets its own answer', async () => {
    const [known, one, other] = [anIdentified(), anIdentified(), anIdentified()];
    await store.store([known], credential);
    ledger.faults.push('stored, but reported failed');
    const outcomes = await Promise.all([
      store.store([one], credential),
      store.store([{ ...known, result: { success: true } }], credential),
      store.store([known], credential),
      store.store([other, { ...one, result: { success: true } }], credential),
      store.store([other], credential),
    ]);
    expect(outcomes.map((outcome) => ('error' in outcome ? outcome.error.code : 'stored'))).toEqual([
      'stored',
      'conflict',
      'stored',
      'conflict',
      'stored',
    ]);
    await expectStored(known, one, other);
  });
});

describe('another writer on the same ledger', () => {
  it('is noticed by the wrong expected revision, and what he has stored is read', async () => {
    const [his, ours] = [anIdentified(), anIdentified()];
    ledger.faults.push({ another: storedByAnother(his) });
    expect(await store.store([ours], credential)).toEqual({ revision: 1 });
    await expectStored(his, ours);
  });

  it('may be there at every attempt: no number of lost races is an error', async () => {
    const his = Array.from({ length: 12 }, () => anIdentified());
    ledger.faults.push(...his.map((statement) => ({ another: storedByAnother(statement) })));
    const ours = anIdentified();
    expect(await store.store([ours], credential)).toEqual({ revision: 12 });
    await expectStored(...his, ours);
  });

  it('has stored the same statement: it is not stored again', async () => {
    const [same, ours] = [anIdentified(), anIdentified()];
    ledger.faults.push({ another: storedByAnother(same) });
    expect(await store.store([same, ours], credential)).toEqual({ revision: 1 });
    await expectStored(same, ours);
  });

  it('has stored another statement under the same id: the request is refused whole', async () => {
    const [his, ours] = [anIdentified(), anIdentified()];
    ledger.faults.push({ another: storedByAnother(his) });
    const outcome = await store.store([ours, { ...his, result: { success: true } }], credential);
    expect(outcome).toMatchObject({ error: { code: 'conflict', details: { property: '/1/id' } } });
    await expectStored(his);
  });
});

describe('an append of which nothing can be learned', () => {
  it('is answered `unavailable`, found later, and not stored again', async () => {
    const [unknown, next] = [anIdentified(), anIdentified()];
    ledger.faults.push('stored, but reported failed');
    ledger.failingReads = 1;
    expect(await store.store([unknown], credential)).toMatchObject(UNAVAILABLE);
    expect(await store.store([next], credential)).toEqual({ revision: 1 });
    await expectStored(unknown, next);
    expect(await store.store([unknown], credential)).toEqual({ revision: 1 });
    await expectStored(unknown, next);
  });

  it('is not passed by `consistentThrough` before it can be read', async () => {
    ledger.faults.push('stored, but reported failed');
    ledger.failingReads = 2;
    await store.store([anIdentified()], credential);
    const { recorded } = await ledger.head();
    expect(readIds()).toEqual([]);
    expect(store.head.consistentThrough()).toBeLessThan(recorded);
    await store.store([anIdentified()], credential);
    expect(readIds()).toEqual([]);
    expect(store.head.consistentThrough()).toBeLessThan(recorded);
    await store.store([anIdentified()], credential);
    expect(readIds()).toHaveLength(2);
    expect(store.head.consistentThrough()).toBeGreaterThan(recorded);
  });
});

describe('a read store', () => {
  const rename = (file: string, from: string, to: string) => {
    const database = new DatabaseSync(file);
    database.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
    database.close();
  };

  it('that cannot be written after the append: the request is stored, found later, and read once', async () => {
    const [first, second, third] = [anIdentified(), anIdentified(), anIdentified()];
    renameSync(store.paths.tail, `${store.paths.tail}-gone`);
    expect(await store.store([first], credential)).toMatchObject(UNAVAILABLE);
    expect(await store.store([second], credential)).toMatchObject(UNAVAILABLE);
    renameSync(`${store.paths.tail}-gone`, store.paths.tail);
    expect(await store.store([third, first], credential)).toEqual({ revision: 1 });
    await expectStored(first, third);
  });

  it('whose tail cannot go on with the next segment: the request is stored, found later, and read once', async () => {
    const [before, first, second] = [anIdentified(), anIdentified(), anIdentified()];
    await store.store([before], credential);
    await expectStored(before);
    store.closeSegment();
    renameSync(store.paths.tail, `${store.paths.tail}-gone`);
    expect(await store.store([first], credential)).toMatchObject(UNAVAILABLE);
    expect(store.failures.map(isDamage)).toEqual([true]);
    renameSync(`${store.paths.tail}-gone`, store.paths.tail);
    expect(await store.store([second, first], credential)).toEqual({ revision: 2 });
    await expectStored(before, first, second);
    store.closeSegment();
    while (store.mergeNext());
    await expectStored(before, first, second);
  });

  it('whose rows cannot be written with the statements of others: these are read once, too', async () => {
    const statement = anIdentified();
    const { key, authority } = credential;
    const stored = formatMicros(Date.now() * 1_000);
    const told = { ...statement, timestamp: stored, stored, authority, version: '1.0.0' };
    const events: NewEvent[] = [
      { type: 'statement-stored' as const, data: encode('statement-stored', { statement: told as Statement }) },
      { type: 'credential-issued' as const, data: encode('credential-issued', ISSUE.data) },
    ].map(({ type, data }) => ({ id: randomUUID(), type, credential: key, ...data }));
    await ledger.append(-1, Date.now() * 1_000, events);
    vi.spyOn(RowFile.prototype, 'commit').mockImplementationOnce(() => {
      throw new Error('the disk is full');
    });
    await expect(store.sequencer.refresh()).rejects.toThrow('the disk is full');
    await store.sequencer.refresh();
    expect(readIds()).toEqual([statement.id]);
    store.closeSegment();
    expect(store.mergeNext()).toBe(true);
    expect(readIds()).toEqual([statement.id]);
  });

  it('whose disk is full while it merges has everything in its tail, and merges it later', async () => {
    const [first, second] = [anIdentified(), anIdentified()];
    await store.store([first], credential);
    store.closeSegment();
    const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
    vi.spyOn(ProjectionFile.prototype, 'commit').mockImplementationOnce(() => {
      throw full;
    });
    expect(() => store.mergeNext()).toThrow(full);
    await store.store([second], credential);
    expect(readIds()).toEqual([first.id, second.id]);
    store.closeSegment();
    while (store.mergeNext());
    await expectStored(first, second);
  });

  it('whose tail is not all there is not merged without what is missing', async () => {
    await store.store([anIdentified(), anIdentified()], credential);
    store.closeSegment();
    rmSync(join(store.paths.tail, readdirSync(store.paths.tail)[0]!));
    let failure: unknown;
    try {
      store.mergeNext();
    } catch (error) {
      failure = error;
    }
    expect([(failure as Error).message, isDamage(failure)]).toEqual([
      expect.stringMatching(/ has 0 statements instead of 2\.$/),
      true,
    ]);
  });

  it('that cannot be read while a group is decided: nothing of the group is stored or remembered', async () => {
    const known = anIdentified();
    await store.store([known], credential);
    store.closeSegment();
    store.mergeNext();
    rename(store.paths.statements, 'ids', 'gone');
    const outcomes = await Promise.all([store.sequencer.submit(ISSUE), store.store([known], credential)]);
    expect(outcomes).toEqual([expect.objectContaining(UNAVAILABLE), expect.objectContaining(UNAVAILABLE)]);
    rename(store.paths.statements, 'gone', 'ids');
    expect(await store.sequencer.submit(ISSUE), 'the key is still free').toEqual({ revision: 1 });
    expect(await store.store([known], credential)).toEqual({ revision: 1 });
  });
});
