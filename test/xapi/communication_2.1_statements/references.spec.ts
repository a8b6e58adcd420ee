import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allStatements, post, type Query } from '../../support/client.ts';
import {
  anIdentified,
  aStatement,
  aStatementAbout,
  aVoidingOf,
  idsOf,
  type Posted,
  refTo,
  STATEMENTS,
} from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const found = async (query: Query) => idsOf(await allStatements(store, { ...query, ascending: true }));
const tutor = { mbox: 'mailto:tutor@example.org' };
const comment = (id: string, changes: Posted = {}) =>
  anIdentified({ actor: tutor, verb: { id: 'https://example.org/verbs/commented' }, object: refTo(id), ...changes });
/** So many statements, the first about the target, each about the one before. */
function chainOn(target: Posted, length: number): Posted[] {
  const chain: Posted[] = [];
  while (chain.length < length) chain.push(comment((chain.at(-1) ?? target).id));
  return chain;
}

/** A statement of values of its own, and a query for each. */
function aTarget(): [Posted, Query[]] {
  const name = randomUUID();
  const target = anIdentified({
    actor: { mbox: `mailto:${name}@example.org` },
    verb: { id: `https://example.org/verbs/${name}` },
    object: { id: `https://example.org/activities/${name}` },
    context: { registration: name, instructor: { openid: `https://example.org/${name}` } },
  });
  return [
    target,
    [
      { agent: target.actor },
      { verb: target.verb.id },
      { activity: target.object.id },
      { registration: name },
      { agent: target.context.instructor, related_agents: true },
      { activity: target.object.id, related_activities: true },
      { agent: target.actor, verb: target.verb.id, activity: target.object.id, registration: name },
    ],
  ];
}

describe('Communication 2.1.3 filter conditions for StatementRefs', () => {
  it.each([
    ['behind it', [0, 1]],
    ['before it', [1, 0]],
  ])('a comment that was stored %s is found by whatever its target is found by', async (_, order) => {
    const [target, queries] = aTarget();
    const both = [target, comment(target.id)];
    for (const index of order) await post(store, both[index]!);
    for (const query of queries) expect(await found(query)).toEqual(order.map((index) => both[index]!.id));
  });

  it.each([[[0, 1, 2, 3]], [[3, 2, 1, 0]], [[2, 0, 3, 1]], [[1, 3, 0, 2]]])(
    'a chain is followed to its end, stored in the order %j',
    async (order) => {
      const [target, queries] = aTarget();
      const chain = [target];
      while (chain.length < 4) chain.push(comment(chain.at(-1)!.id));
      for (const index of order) await post(store, chain[index]!);
      for (const query of queries) expect(await found(query)).toEqual(order.map((index) => chain[index]!.id));
    },
  );

  it.each(['behind', 'before'])(
    'a hundred references are followed, the target stored %s them, and no more',
    async (where) => {
      const [target, [query]] = aTarget() as [Posted, [Query]];
      const chain = chainOn(target, 120);
      if (where === 'behind') {
        await store.ask(STATEMENTS, { body: chain.toReversed() });
        expect(await found(query)).toEqual([]);
      }
      await post(store, target);
      if (where === 'before') await store.ask(STATEMENTS, { body: chain });
      expect(new Set(await found(query))).toEqual(new Set([target.id, ...idsOf(chain.slice(0, 100))]));
    },
  );

  it('a chain of a thousand does not keep the store from answering', async () => {
    const [target, [query]] = aTarget() as [Posted, [Query]];
    const chain = chainOn(target, 1_200);
    await store.ask(STATEMENTS, { body: chain.slice(0, 600).reverse() });
    await store.ask(STATEMENTS, { body: [target, ...chain.slice(600)] });
    expect((await found(query)).length).toBe(101);
  });

  it('statements that refer to each other in a circle are found, once each', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const verb = { id: `https://example.org/verbs/${one}` };
    await post(store, comment(two, { id: one, verb }), comment(one, { id: two }));
    expect(await found({ verb: verb.id })).toEqual([one, two]);
    const itself = randomUUID();
    await post(store, comment(itself, { id: itself, verb: { id: `https://example.org/verbs/${itself}` } }));
    expect(await found({ verb: `https://example.org/verbs/${itself}` })).toEqual([itself]);
  });

  it('conditions that only a comment and its target meet together are met by neither', async () => {
    const [target] = aTarget();
    const remark = comment(target.id, { verb: { id: `https://example.org/verbs/${randomUUID()}` } });
    await post(store, target, remark);
    expect(await found({ agent: target.actor, verb: target.verb.id })).toEqual(idsOf([target, remark]));
    expect(await found({ agent: tutor, verb: remark.verb.id })).toEqual([remark.id]);
    expect(await found({ agent: target.actor, verb: remark.verb.id })).toEqual([]);
  });

  it('since and until are those of the comment', async () => {
    const [target] = aTarget();
    const [{ stored }] = (await post(store, target)) as [Posted];
    const remark = comment(target.id);
    await post(store, remark);
    expect(await found({ agent: target.actor, since: stored })).toEqual([remark.id]);
    expect(await found({ agent: target.actor, until: stored })).toEqual([target.id]);
  });

  it('limit counts comments as it counts their targets', async () => {
    const [target] = aTarget();
    const remarks = Array.from({ length: 5 }, () => comment(target.id));
    await post(store, target, ...remarks);
    expect(await found({ agent: target.actor, limit: 2 })).toEqual(idsOf([target, ...remarks]));
  });

  it('a reference in another case is the same', async () => {
    const [target, queries] = aTarget();
    const remark = comment(target.id.toUpperCase());
    await post(store, target, remark);
    for (const query of queries) expect(await found(query)).toEqual(idsOf([target, remark]));
  });

  it('a target that is voided still makes its comments found, the voiding among them, through the chain', async () => {
    const [target, queries] = aTarget();
    const remark = comment(target.id);
    const reply = comment(remark.id);
    const voiding = aVoidingOf(target.id);
    await post(store, target, remark, reply);
    await post(store, voiding);
    for (const query of queries) expect(await found(query)).toEqual(idsOf([remark, reply, voiding]));
    await post(store, aVoidingOf(remark.id));
    for (const query of queries) {
      expect((await found(query)).slice(0, 2)).toEqual(idsOf([reply, voiding]));
    }
  });

  it('references in a context, or within a SubStatement, target nothing', async () => {
    const [target, queries] = aTarget();
    await post(
      store,
      target,
      aStatement({ context: { statement: refTo(target.id) } }),
      aStatementAbout({ object: refTo(target.id) }),
    );
    for (const query of queries) expect(await found(query)).toEqual([target.id]);
  });
});
