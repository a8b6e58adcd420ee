import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { allStatements, getStatements, post } from '../support/client.ts';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import type { AppendFault } from '../support/kurrentdb_double/faults.ts';
import { anIdentified, idsOf, type Posted, STATEMENTS } from '../support/statements.ts';
import type { TestStore } from '../support/store.ts';
import { closeAll, double } from './given_double.ts';
import { closeLedgers, until } from './given_ledger.ts';
import { caughtUp, closeNodes, startNode } from './given_nodes.ts';

/** The clocks of both nodes are one. */
const SETTINGS = {
  LEDGERLINE_LEDGER_TIMEOUT: '400',
  LEDGERLINE_CLOCK_TOLERANCE: '0',
  LEDGERLINE_MAX_WAIT: '20000',
};

let server: KurrentDouble;
let one: TestStore;
let other: TestStore;
beforeEach(async () => {
  server = await double();
  [one, other] = await Promise.all([startNode(server.address, SETTINGS), startNode(server.address, SETTINGS)]);
});
afterEach(async () => {
  await closeNodes();
  await closeLedgers();
  await closeAll();
});

interface Reader {
  /** What each answer said, and held. */
  readonly answers: { readonly through: string; readonly ids: ReadonlySet<string> }[];
  /** What came when asked with `since` the time that the answer before named. */
  readonly polled: Set<string>;
}

const through = (headers: Headers) => headers.get('x-experience-api-consistent-through') ?? '';

/** Reads again and again until `stop` says so, and once more. */
async function readOn(node: TestStore, stop: () => boolean): Promise<Reader> {
  const reader: Reader = { answers: [], polled: new Set() };
  let since: string | undefined;
  for (let last = false; !last; ) {
    last = stop();
    const whole = await getStatements(node, { limit: 500 });
    reader.answers.push({ through: through(whole.headers), ids: new Set(idsOf(whole.json.statements)) });
    const news = await getStatements(node, { since, ascending: true, limit: 500 });
    for (const id of idsOf(news.json.statements)) reader.polled.add(id);
    since = through(news.headers);
    await wait(5);
  }
  return reader;
}

function expectTrue({ answers }: Reader, stored: readonly Posted[]): void {
  for (const answer of answers) {
    const missing = stored.filter((statement) => statement.stored <= answer.through && !answer.ids.has(statement.id));
    expect(idsOf(missing), `consistent through ${answer.through}`).toEqual([]);
  }
  const instants = answers.map((answer) => answer.through);
  expect(instants).toEqual(instants.toSorted());
}

async function write(node: TestStore, batches: number): Promise<string[]> {
  const sent: Posted[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const statements = Array.from({ length: 1 + (batch % 4) }, () => anIdentified());
    expect((await node.ask(STATEMENTS, { body: statements })).status).toBe(200);
    sent.push(...statements);
  }
  return idsOf(sent);
}

it('is true on each node while others write to both, and who polls by it misses nothing', async () => {
  server.slow(3);
  let writing = true;
  const readers = [one, other].map((node) => readOn(node, () => !writing));
  const sent = (await Promise.all([one, other, one, other].map((node) => write(node, 20)))).flat();
  await Promise.all([one, other].map((node) => postAndCover(node)));
  await caughtUp(one, other);
  writing = false;
  const stored = await allStatements(one);
  expect(idsOf(stored)).toEqual(expect.arrayContaining(sent));
  expect(stored.length).toBeLessThan(500);
  for (const reader of await Promise.all(readers)) {
    expectTrue(reader, stored);
    expect([...reader.polled].toSorted()).toEqual(idsOf(stored).toSorted());
  }
});

/** A statement is covered for its writer at once. */
async function postAndCover(node: TestStore): Promise<void> {
  const [statement] = await post(node, anIdentified());
  const answer = await getStatements(node, { limit: 500 });
  expect(idsOf(answer.json.statements)).toContain(statement!.id);
  expect(through(answer.headers) >= statement!.stored).toBe(true);
}

it('covers a statement on the node that wrote it at once, on another in time, though nothing more comes', async () => {
  const [statement] = await post(one, anIdentified());
  await postAndCover(one);
  await until(async () => through((await getStatements(other)).headers) >= statement!.stored, 'covered on the other');
  const last = through((await getStatements(other)).headers);
  await until(async () => through((await getStatements(other)).headers) > last, 'it goes on');
});

it.each<[string, AppendFault[]]>([
  ['not answered, again and again', Array(3).fill('never answered, not stored')],
  ['refused, again and again', Array(4).fill('unavailable, not stored')],
  ['stored and not answered', ['never answered, stored', 'never answered, not stored']],
  ['stored late', [{ storedAfter: () => wait(300) }, 'never answered, not stored']],
])('is true on a quiet node while an append of another is %s', async (_how, faults) => {
  await post(other, anIdentified());
  await caughtUp(one, other);
  server.faults.push(...faults);
  let writing = true;
  const readers = [one, other].map((node) => readOn(node, () => !writing));
  const sent = await write(one, 1);
  await caughtUp(other);
  writing = false;
  const stored = await allStatements(one);
  expect(idsOf(stored)).toEqual(expect.arrayContaining(sent));
  for (const reader of await Promise.all(readers)) expectTrue(reader, stored);
});

it('is true while another node publishes, for longer than an append may take, a large document of the same append', async () => {
  await post(other, anIdentified());
  await caughtUp(one, other);
  const slowly: AppendFault = { answeredAfter: () => wait(300) };
  const { length } = server.events('ledgerline');
  server.faults.push(slowly, slowly, slowly, slowly);
  let writing = true;
  const readers = [one, other].map((node) => readOn(node, () => !writing));
  // While the first is appended the others gather.
  const first = one.ask(STATEMENTS, { body: anIdentified() });
  await until(() => server.events('ledgerline').length > length, 'under way');
  const path = '/xapi/activities/profile?activityId=https://example.org/a&profileId=large';
  const answers = await Promise.all([
    first,
    one.ask(STATEMENTS, { body: anIdentified() }),
    one.ask(path, { method: 'PUT', body: { text: 'x'.repeat(1_400_000) }, headers: { 'if-none-match': '*' } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 204]);
  await caughtUp(other);
  writing = false;
  const stored = await allStatements(one);
  for (const reader of await Promise.all(readers)) expectTrue(reader, stored);
});
