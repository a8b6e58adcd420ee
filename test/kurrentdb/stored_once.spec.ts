import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encode } from '../../src/events/codec.ts';
import { formatMicros } from '../../src/xapi/instant.ts';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import type { AppendFault } from '../support/kurrentdb_double/faults.ts';
import { aCredential, ISSUE } from '../support/local_store.ts';
import { anIdentified, type Posted } from '../support/statements.ts';
import { closeAll, double } from './given_double.ts';
import { closeLedgers, eventsAt, expectStored, type LocalNode, nodeAt, until } from './given_ledger.ts';

const credential = aCredential('tester', 'all');
const UNAVAILABLE = { error: { code: 'unavailable', details: { retryAfterSeconds: 1 } } };
/** More often than a node tries. */
const TOO_OFTEN: AppendFault[] = Array(6).fill('unavailable, not stored');

let server: KurrentDouble;
let node: LocalNode;
beforeEach(async () => {
  server = await double();
  node = await nodeAt(server.address, { timeoutMilliseconds: 750 });
});
afterEach(async () => {
  await closeLedgers();
  await closeAll();
});

const post = (...statements: Posted[]) => node.store(statements, credential);
const stored = () => server.events('ledgerline').length;

/** The event by which another node stores a statement. */
function storedByAnother(statement: Posted): Extract<AppendFault, { another: unknown }> {
  const recorded = Date.now() * 1_000;
  const time = formatMicros(recorded);
  const { authority } = credential;
  const complete = { ...statement, timestamp: time, stored: time, authority, version: '1.0.0' };
  const { version, data } = encode('statement-stored', { statement: complete as never });
  const metadata = Buffer.from(JSON.stringify({ version, credential: credential.key, recorded }));
  const contentType = 'application/octet-stream';
  return { another: { id: randomUUID(), type: 'statement-stored', contentType, data, metadata } };
}

describe('a request whose append has an unknown outcome succeeds, and is stored once', () => {
  it.each<[AppendFault]>([
    ['never answered, not stored'],
    ['never answered, stored'],
    ['unavailable, not stored'],
    ['unavailable, stored'],
    ['timed out, not stored'],
    ['timed out, stored'],
    ['connection dropped, not stored'],
    ['connection dropped, stored'],
    ['wrong expected revision, stored'],
    ['not ready'],
  ])('%s', async (fault) => {
    const [before, one, two, after] = [anIdentified(), anIdentified(), anIdentified(), anIdentified()];
    await post(before);
    server.faults.push(fault);
    expect(await post(one, two)).toEqual({ revision: 2 });
    expect(await post(after)).toEqual({ revision: 3 });
    await expectStored(node, server.address, before, one, two, after);
  });

  it('again and again, in every way', async () => {
    const [one, two] = [anIdentified(), anIdentified()];
    server.faults.push('unavailable, not stored', 'connection dropped, not stored', 'never answered, stored');
    expect(await post(one)).toEqual({ revision: 0 });
    server.faults.push('timed out, not stored', 'not ready', 'connection dropped, stored');
    expect(await post(two)).toEqual({ revision: 1 });
    await expectStored(node, server.address, one, two);
    expect(node.gauges.get('retries')).toBeGreaterThanOrEqual(2);
  });

  it('and another node has appended behind it before this one looks', async () => {
    const [ours, his] = [anIdentified(), anIdentified()];
    const { another } = storedByAnother(his);
    server.faults.push('unavailable, stored');
    const outcome = post(ours);
    await until(() => stored() === 1, 'stored');
    server.faults.unshift({ another });
    const next = anIdentified();
    expect(await outcome).toEqual({ revision: 0 });
    await post(next);
    await expectStored(node, server.address, ours, his, next);
  });
});

describe('an append that is stored after the writer has looked', () => {
  it('before it appends again: that is the same append, of the same time', async () => {
    const [before, ours, after] = [anIdentified(), anIdentified(), anIdentified()];
    await post(before);
    server.fallBehind();
    server.faults.push('unavailable, stored');
    server.faults.push({ answeredAfter: async () => server.catchUp() });
    expect(await post(ours)).toEqual({ revision: 1 });
    expect(await post(after)).toEqual({ revision: 2 });
    await expectStored(node, server.address, before, ours, after);
  });

  it('after it has appended again', async () => {
    const [ours, after] = [anIdentified(), anIdentified()];
    const late = Promise.withResolvers<void>();
    server.faults.push({ storedAfter: () => late.promise });
    server.faults.push({ answeredAfter: async () => late.resolve() });
    expect(await post(ours)).toEqual({ revision: 0 });
    expect(await post(after)).toEqual({ revision: 1 });
    await expectStored(node, server.address, ours, after);
  });

  it('or never, because another node was faster', async () => {
    const [his, ours, after] = [anIdentified(), anIdentified(), anIdentified()];
    const late = Promise.withResolvers<void>();
    server.faults.push({ storedAfter: () => late.promise }, storedByAnother(his));
    expect(await post(ours)).toEqual({ revision: 1 });
    late.resolve();
    expect(await post(after)).toEqual({ revision: 2 });
    await expectStored(node, server.address, his, ours, after);
  });

  it('after the request was refused: the client who sends it again has what was stored', async () => {
    const [ours, after] = [anIdentified(), anIdentified()];
    const late = Promise.withResolvers<void>();
    server.faults.push({ storedAfter: () => late.promise }, ...TOO_OFTEN);
    expect(await post(ours)).toMatchObject(UNAVAILABLE);
    server.faults.length = 0;
    late.resolve();
    await until(() => stored() === 1, 'stored late');
    expect(await post(ours)).toEqual({ revision: 0 });
    expect(await post(after)).toEqual({ revision: 1 });
    await expectStored(node, server.address, ours, after);
  });

  it('while the client sends the refused request again', async () => {
    const [ours, after] = [anIdentified(), anIdentified()];
    const late = Promise.withResolvers<void>();
    server.faults.push({ storedAfter: () => late.promise }, ...TOO_OFTEN);
    expect(await post(ours)).toMatchObject(UNAVAILABLE);
    server.faults.length = 0;
    server.faults.push({ answeredAfter: async () => late.resolve() });
    expect(await post(ours, after)).toEqual({ revision: 1 });
    await expectStored(node, server.address, ours, after);
  });
});

describe('requests in one append', () => {
  it('one of them is refused for its time while the append is stored late: each statement is there once', async () => {
    const impatient = await nodeAt(server.address, { timeoutMilliseconds: 100, patience: 200 });
    const statements = Array.from({ length: 4 }, () => anIdentified());
    const late = Promise.withResolvers<void>();
    server.faults.push({ storedAfter: () => late.promise }, ...Array(3).fill('never answered, not stored'));
    const outcomes = await Promise.all(statements.map((one) => impatient.store([one], credential)));
    for (const outcome of outcomes) expect(outcome).toMatchObject(UNAVAILABLE);
    late.resolve();
    await until(() => stored() === 4, 'stored late');
    await impatient.sequencer.idle();
    const again = await Promise.all(statements.map((one) => impatient.store([one], credential)));
    for (const outcome of again) expect(outcome).toEqual({ revision: 3 });
    await expectStored(impatient, server.address, ...statements);
  });

  it('commands that could not be done twice are not: an issued credential', async () => {
    server.faults.push('never answered, stored');
    expect(await node.sequencer.submit(ISSUE)).toEqual({ revision: 0 });
    expect(await node.sequencer.submit(ISSUE)).toMatchObject({ error: { code: 'conflict' } });
    expect(await eventsAt(server.address)).toHaveLength(1);
  });
});
