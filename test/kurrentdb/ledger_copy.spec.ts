import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answersOf, fill } from '../support/answers.ts';
import { blobNames } from '../support/data_files.ts';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import { realServer, withOwnStream } from '../support/kurrentdb_server.ts';
import { eventsOf } from '../support/ledger_events.ts';
import { runScript } from '../support/run_script.ts';
import { startScript } from '../support/server_process.ts';
import { startTestStore, type TestStore } from '../support/store.ts';
import { closeAll, double } from './given_double.ts';
import { closeLedgers, eventsAt, until } from './given_ledger.ts';
import { closeNodes, startNode } from './given_nodes.ts';

const DOCUMENT = '/xapi/activities/profile?activityId=https://example.org/a&profileId=large';
const LARGE = { text: 'x'.repeat(2 * 2 ** 20) };
/** Small appends, so that a copy has a middle. */
const SETTINGS = { LEDGERLINE_MAX_APPEND: '64KiB', LEDGERLINE_LEDGER_TIMEOUT: '2000' };

const real = await realServer();
let source: TestStore;
let answers: Map<string, string>;
beforeAll(async () => {
  source = await startTestStore();
  await fill(source, 400);
  await source.ask(DOCUMENT, { method: 'PUT', body: LARGE, headers: { 'if-none-match': '*' } });
  answers = await answersOf(source);
  await source.running.close();
});
afterAll(async () => {
  rmSync(source.data, { recursive: true, force: true });
  if ('stop' in real) await real.stop();
});

let server: KurrentDouble;
let folder: string;
beforeEach(async () => {
  server = await double();
  folder = mkdtempSync(join(tmpdir(), 'ledgerline-copy-'));
});
afterEach(async () => {
  await closeNodes();
  await closeLedgers();
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

const copy = (from: string, to: string) => runScript('ledger_copy', [from, to], SETTINGS);
const shown = (events: ReturnType<typeof eventsOf>) =>
  events.map((event) => ({ ...event, data: Buffer.from(event.data).toString('base64') }));
const original = () => shown(eventsOf(join(source.data, 'ledger.sqlite')));

const servers: [string, () => string][] = [['the test double', () => server.address]];
if ('address' in real) servers.push(['a real server', () => real.address]);
else describe.skip(`copying a ledger to a real server: ${real.reason}`, () => it('', () => {}));

describe.each(servers)('an embedded store that is copied to %s, and back', (_name, start) => {
  it('has the same events, blobs and answers in both places', async () => {
    const address = withOwnStream(start());
    const there = await copy(source.data, address);
    expect(there.code, there.out + there.err).toBe(0);
    expect(shown(await eventsAt(address))).toEqual(original());

    const node = await startNode(address);
    expect(await answersOf(node)).toEqual(answers);
    expect((await node.ask(DOCUMENT)).json).toEqual(LARGE);

    const back = await copy(address, folder);
    expect(back.code, back.out + back.err).toBe(0);
    expect(shown(eventsOf(join(folder, 'ledger.sqlite')))).toEqual(original());
    expect(blobNames({ data: folder })).toEqual(blobNames(source));
    const embedded = await startTestStore({ LEDGERLINE_DATA: folder });
    expect(await answersOf(embedded)).toEqual(answers);
    expect((await embedded.ask(DOCUMENT)).json).toEqual(LARGE);
    await embedded.close();
  });
});

describe('a copy', () => {
  const stored = () => server.events('ledgerline').length;

  it('that was killed in the middle goes on where it was', async () => {
    server.slow(100);
    const killed = startScript('ledger_copy.ts', [source.data, server.address], SETTINGS);
    await until(() => stored() > 0, 'it has begun');
    killed.process.kill('SIGKILL');
    await killed.ended;
    // What the server had been sent by then may still come to be stored.
    await delay(500);
    const before = stored();
    const total = original().length;
    expect(before).toBeLessThan(total);
    server.slow(0);
    const { code, out, err } = await copy(source.data, server.address);
    expect(code, out + err).toBe(0);
    expect(out).toContain(`${total - before} were copied now`);
    expect(shown(await eventsAt(server.address))).toEqual(original());
    const again = await copy(source.data, server.address);
    expect(again.code).toBe(0);
    expect(again.out).toContain('0 were copied now');
  });

  it('to a cluster that fails on the way stores nothing twice', async () => {
    // The first appends are those of the blobs.
    server.faults.push(...Array(8).fill(undefined), 'timed out, stored', 'never answered, not stored');
    const { code, out, err } = await copy(source.data, server.address);
    expect(code, out + err).toBe(0);
    expect(server.faults).toEqual([]);
    expect(shown(await eventsAt(server.address))).toEqual(original());
  });

  it('that was changed afterwards is found out: the first event that is not the same is named', async () => {
    expect((await copy(source.data, server.address)).code).toBe(0);
    const { data } = server.events('ledgerline')[123]!;
    data[data.length - 10]! ^= 1;
    const { code, err } = await copy(source.data, server.address);
    expect(code).toBe(1);
    expect(err).toContain('revision 123');
  });

  it('into another ledger is refused, in both directions, and changes nothing', async () => {
    const other = await startNode(server.address);
    expect(other.running.store.revision).toBeGreaterThanOrEqual(0);
    await closeNodes();
    const before = stored();
    for (const [from, to] of [
      [source.data, server.address],
      [server.address, source.data],
    ] as const) {
      const { code, err } = await copy(from, to);
      expect(code).toBe(1);
      expect(err).toContain('another ledger');
    }
    expect(stored()).toBe(before);
  });

  it('of a store that runs is refused', async () => {
    const running = await startTestStore();
    const { code, out, err } = await copy(running.data, server.address);
    await running.close();
    expect(code, out + err).toBe(1);
    expect(stored()).toBe(0);
  });

  it.each([[[]], [['a']], [['a', 'b', 'c']]])('with wrong arguments is not begun: %j', async (args) => {
    expect((await runScript('ledger_copy', args)).code).toBe(2);
  });
});
