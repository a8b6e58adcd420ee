/**
 * A week of a real course, posted and counted. The file is not part of the repository: it lies beside it, in
 * `../shared/data`, or these tests say that they were left out.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allStatements } from '../support/client.ts';
import { countStatements, type StatementCounts } from '../support/count_statements.ts';
import { everyPage } from '../support/history.ts';
import { idsOf, type Posted, STATEMENTS } from '../support/statements.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

const FILE = join(import.meta.dirname, '../../../shared/data/mooc-week-22000.ndjson.gz');
const BATCH = 500;
const CONNECTIONS = 4;

describe.skipIf(!existsSync(FILE))('a week of a course, of which the file is beside the repository', () => {
  let store: TestStore;
  let lines: string[];
  let statements: Posted[];
  let counts: StatementCounts;
  beforeAll(async () => {
    lines = gunzipSync(readFileSync(FILE)).toString('utf8').trimEnd().split('\n');
    statements = lines.map((line) => JSON.parse(line));
    counts = countStatements(lines);
    store = await startTestStore();
    const batches = Array.from({ length: Math.ceil(lines.length / BATCH) }, (_, index) =>
      lines.slice(index * BATCH, (index + 1) * BATCH),
    );
    const post = async () => {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
        const { status, text } = await store.ask(STATEMENTS, { body: `[${batch.join(',')}]` });
        expect(status, text).toBe(200);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, post));
  });
  afterAll(() => store.close());

  const number = async (query: Posted) => (await allStatements(store, { format: 'ids', ...query })).length;
  /** So many of a tally, the greatest first, then some from all over it. */
  const sample = (tally: ReadonlyMap<string, number>, size: number): [string, number][] => {
    const entries = [...tally].sort(([, one], [, other]) => other - one);
    return entries.filter((_, index) => index < size / 2 || index % Math.ceil(entries.length / (size / 2)) === 0);
  };

  it('is what it is known to be', () => {
    expect([counts.statements, counts.actors.size, counts.verbs.size]).toEqual([22_000, 1_452, 8]);
  });

  it('is found whole, each statement once, as it was sent', async () => {
    const all = await allStatements(store, { ascending: true });
    expect(all).toHaveLength(counts.statements);
    const byId = new Map(all.map((one) => [one.id, one]));
    for (const sent of statements) expect(byId.get(sent.id)).toEqual({ ...sent, ...setByStore(byId.get(sent.id)!) });
    const instants = all.map(({ stored }) => stored);
    expect(instants).toEqual(instants.toSorted());
    expect(new Set(instants).size).toBeLessThanOrEqual(Math.ceil(counts.statements / BATCH));

    const middle = instants[10_000]!;
    const after = instants.filter((instant) => instant > middle).length;
    expect(await number({ since: middle })).toBe(after);
    expect(await number({ until: middle })).toBe(counts.statements - after);
    expect(idsOf(await allStatements(store, { since: middle, format: 'ids' }))).toEqual(
      idsOf(all.slice(-after).reverse()),
    );
  });

  it('is found by verb', async () => {
    for (const [verb, count] of counts.verbs) expect(await number({ verb })).toBe(count);
  });

  it('is found by activity, and by all that an activity is related to', async () => {
    for (const [activity, count] of sample(counts.activities, 30)) expect(await number({ activity })).toBe(count);
    const parents = new Map<string, number>();
    for (const { context } of statements) {
      const ids = new Set(Object.values<Posted[]>(context?.contextActivities ?? {}).flatMap(idsOf));
      for (const id of ids) parents.set(id, (parents.get(id) ?? 0) + 1);
    }
    const [activity, count] = [...parents].toSorted(([, one], [, other]) => one - other)[0]!;
    expect(await number({ activity, related_activities: true })).toBe(count);
  });

  it('is found by agent, and by agent, verb and activity together', async () => {
    for (const [learner, count] of sample(counts.actors, 30)) {
      const agent = agentOf(learner);
      expect(await number({ agent })).toBe(count);
      const own = statements.filter(({ actor }) => learnerOf(actor) === learner);
      const { verb, object } = own[own.length >> 1]!;
      const alike = own.filter((one) => one.verb.id === verb.id && one.object.id === object.id).length;
      expect(await number({ agent, verb: verb.id, activity: object.id })).toBe(alike);
    }
  });

  it('makes histories: whole, of a day, of a verb', async () => {
    const asOf = '2021-12-31';
    for (const [learner, count] of sample(counts.actors, 40)) {
      const own = statements.filter(({ actor }) => learnerOf(actor) === learner);
      const given = await everyPage(store, learner, { limit: 400 });
      expect(given).toHaveLength(count);
      expect(new Set(given)).toEqual(new Set(idsOf(own)));
      const byId = new Map(own.map((one) => [one.id, one]));
      const instants = given.map((id) => microsOf(byId.get(id)!.timestamp));
      expect(instants).toEqual(instants.toSorted((one, other) => Number(other - one)));

      const { timestamp, verb } = own[0]!;
      const day = new Date(timestamp).toISOString().slice(0, 10);
      const ofDay = own.filter((one) => new Date(one.timestamp).toISOString().startsWith(day));
      expect(await everyPage(store, learner, { asOf, from: day, to: day })).toHaveLength(ofDay.length);
      const ofVerb = own.filter((one) => one.verb.id === verb.id);
      expect(await everyPage(store, learner, { asOf, verb: verb.id })).toHaveLength(ofVerb.length);
      const before = own.filter((one) => new Date(one.timestamp).toISOString().slice(0, 10) <= day);
      expect(await everyPage(store, learner, { asOf: day })).toHaveLength(before.length);
    }
  });

  it('is nothing new when it is posted again', async () => {
    const { revision } = (await store.ask('/ready')).json;
    const again = await store.ask(STATEMENTS, { body: `[${lines.slice(7_000, 7_500).join(',')}]` });
    expect([again.status, again.json]).toEqual([200, idsOf(statements.slice(7_000, 7_500))]);
    expect((await store.ask('/ready')).json.revision).toBe(revision);
  });
});

function setByStore({ stored, authority, version }: Posted): Posted {
  return { stored, authority, version };
}

function learnerOf({ account }: Posted): string {
  return `account:${account.homePage}|${account.name}`;
}

function agentOf(learner: string): Posted {
  const [, homePage, name] = /^account:([^|]+)\|(.*)$/.exec(learner)!;
  return { account: { homePage, name } };
}

/** Microseconds from 1970. */
function microsOf(timestamp: string): bigint {
  const [, fraction = ''] = /\.(\d+)/.exec(timestamp) ?? [];
  return BigInt(Date.parse(timestamp.replace(/\.\d+/, ''))) * 1_000n + BigInt(fraction.padEnd(6, '0'));
}
