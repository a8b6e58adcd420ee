import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getStatements, withQuery } from '../support/client.ts';
import { aLearner, askHistory, did, headOf } from '../support/history.ts';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import { anIdentified, STATEMENTS } from '../support/statements.ts';
import type { TestStore } from '../support/store.ts';
import { closeAll, double } from './given_double.ts';
import { closeLedgers, until } from './given_ledger.ts';
import { closeNodes, expectRefusedForNow, postUntilTaken, startNode } from './given_nodes.ts';

let server: KurrentDouble;
let one: TestStore;
let other: TestStore;
beforeAll(async () => {
  server = await double();
  const settings = { LEDGERLINE_LEDGER_TIMEOUT: '1000', LEDGERLINE_MAX_WAIT: '20000' };
  [one, other] = await Promise.all([startNode(server.address, settings), startNode(server.address, settings)]);
});
afterEach(() => server.goOn());
afterAll(async () => {
  await closeNodes();
  await closeLedgers();
  await closeAll();
});

const document = () =>
  withQuery('/xapi/activities/profile', { activityId: 'https://example.org/a', profileId: randomUUID() });

describe('documents, whichever node is asked', () => {
  it('one that was put through a node is read through the other right after, with its ETag', async () => {
    const path = document();
    let etag: string | undefined;
    for (let page = 0; page < 20; page++) {
      const [writing, reading] = page % 2 === 0 ? [one, other] : [other, one];
      const headers = etag === undefined ? { 'if-none-match': '*' } : { 'if-match': etag };
      expect((await writing.ask(path, { method: 'PUT', body: { page }, headers })).status).toBe(204);
      const read = await reading.ask(path);
      expect(read.json).toEqual({ page });
      expect(read.headers.get('etag')).not.toBe(etag);
      etag = read.headers.get('etag')!;
    }
    expect((await one.ask(path, { method: 'DELETE', headers: { 'if-match': etag! } })).status).toBe(204);
    expect((await other.ask(path)).status).toBe(404);
  });

  it('two that are put at once with the same ETag: exactly one wins', async () => {
    const path = document();
    await one.ask(path, { method: 'PUT', body: { page: 'first' }, headers: { 'if-none-match': '*' } });
    for (let round = 0; round < 15; round++) {
      const etag = (await other.ask(path)).headers.get('etag')!;
      const answers = await Promise.all(
        [one, other].map((node, i) =>
          node.ask(path, { method: 'PUT', body: { round, by: i }, headers: { 'if-match': etag } }),
        ),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 412]);
      const won = answers.findIndex(({ status }) => status === 204);
      for (const node of [one, other]) expect((await node.ask(path)).json).toEqual({ round, by: won });
    }
  });

  it('two that are put at once where none may be: exactly one wins', async () => {
    for (let round = 0; round < 10; round++) {
      const path = document();
      const answers = await Promise.all(
        [one, other].map((node) => node.ask(path, { method: 'PUT', body: {}, headers: { 'if-none-match': '*' } })),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 412]);
    }
  });

  it('what is merged into one through both at once is all in it', async () => {
    const path = document();
    const parts = Array.from({ length: 10 }, (_, i) => ({ [`part-${i}`]: i }));
    const answers = await Promise.all(parts.map((body, i) => (i % 2 === 0 ? one : other).ask(path, { body })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    for (const node of [one, other]) expect((await node.ask(path)).json).toEqual(Object.assign({}, ...parts));
  });

  it('large ones, and attachments, are served and merged into by every node', async () => {
    const path = document();
    const large = { text: 'x'.repeat(3 * 2 ** 20) };
    expect((await one.ask(path, { method: 'PUT', body: large, headers: { 'if-none-match': '*' } })).status).toBe(204);
    expect((await other.ask(path)).json).toEqual(large);
    expect((await other.ask(path, { body: { more: 1 } })).status).toBe(204);
    expect((await one.ask(path)).json).toEqual({ ...large, more: 1 });
  });
});

describe('minRevision: an answer of another node has what the client knows', () => {
  it('a revision that is there already', async () => {
    const learner = aLearner();
    for (let round = 0; round < 10; round++) {
      const [writing, reading] = round % 2 === 0 ? [one, other] : [other, one];
      await postUntilTaken(writing, did(learner, '2026-01-01T00:00:00Z'));
      const answer = await askHistory(reading, learner.mbox, { minRevision: await headOf(writing) });
      expect(answer.status).toBe(200);
      expect(answer.json.entries).toHaveLength(round + 1);
    }
  });

  it('a revision that is still to come: the answer waits for it, or says when to ask again', async () => {
    const learner = aLearner();
    await until(async () => {
      const minRevision = (await headOf(one)) + 1;
      const asked = askHistory(other, learner.mbox, { minRevision });
      const statement = did(learner, '2026-01-01T00:00:00Z');
      await postUntilTaken(one, statement);
      const answer = await asked;
      if (answer.status !== 200) expectRefusedForNow(answer);
      else expect(answer.json.entries[0].statementId).toBe(statement.id);
      return answer.status === 200;
    }, 'waited for');
  });

  it('a revision that does not come is refused for now', async () => {
    const answer = await askHistory(other, aLearner().mbox, { minRevision: (await headOf(one)) + 1_000 });
    expectRefusedForNow(answer);
    expect(answer.json.error).toMatchObject({ code: 'unavailable', property: 'minRevision' });
  });

  it('a revision that cannot be had because the cluster is lost is refused for now, one that is there is not', async () => {
    const minRevision = await headOf(other);
    server.stopAnswering();
    expectRefusedForNow(await askHistory(other, aLearner().mbox, { minRevision: minRevision + 1 }));
    expect((await askHistory(other, aLearner().mbox, { minRevision })).status).not.toBe(503);
    server.goOn();
    await postUntilTaken(other);
  });

  it.each(['', 'x', '-1', '1.5', '1e3', ' 1', '0x1', '9999999999999999', ['1', '2']])(
    '%j is nonsense',
    async (value) => {
      const asked = new URLSearchParams([value].flat().map((each) => ['minRevision', each]));
      const answer = await one.ask(`/api/learners/${encodeURIComponent(aLearner().mbox)}/history?${asked}`);
      expect(answer.status).toBe(400);
      expect(answer.json.error).toMatchObject({ code: 'invalid_parameter', property: 'minRevision' });
    },
  );
});

it('what a node is not asked about comes to it by itself', async () => {
  const statement = anIdentified();
  await one.ask(STATEMENTS, { body: statement });
  await until(async () => (await getStatements(other, { statementId: statement.id })).status === 200, 'followed');
  server.dropSubscriptions();
  const next = anIdentified();
  await one.ask(STATEMENTS, { body: next });
  await until(async () => (await getStatements(other, { statementId: next.id })).status === 200, 'followed anew');
});
