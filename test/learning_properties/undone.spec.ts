import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { type LocalStore, openLocalStore } from '../support/local_store.ts';
import { askedDay, type Decided, PERSONS, type Step, steps } from './arbitrary_learning.ts';
import { answersTo, aWorld, everyQuestion, expectSame, headOf, renewed, type World } from './world.ts';

let store: LocalStore;
beforeEach(async () => {
  store = await openLocalStore(new MemoryLedger());
});
afterEach(() => store.close());

let run = 0;
async function worldAfter(done: readonly Step[]): Promise<World> {
  store = await renewed(store, run);
  run += 1;
  const world = aWorld(store, run);
  await world.begin();
  for (const step of done) await world.does(step);
  return world;
}

const ids = fc.tuple(fc.nat(PERSONS - 1), fc.nat(PERSONS - 1));

/** That two commands, one undoing the other, leave every answer as it was. They are made when the first is accepted. */
async function expectIdentity(world: World, day: string, doing: Decided, undoing: Decided['do']): Promise<void> {
  const questions = everyQuestion(world, day);
  const head = headOf(store);
  const before = answersTo(store, questions, head);
  const revision = await world.decide(doing);
  // What was so already is not to be undone.
  if (revision === undefined || revision <= head) return;
  const made = doing.do === 'merge' ? world.made.merge : world.made.link;
  await world.decide({ do: undoing, nth: made.indexOf(revision) } as Decided);
  expect(headOf(store)).toBe(head + 2);
  expectSame(answersTo(store, questions, head + 2), before);
}

it('after a merge is undone, every answer is what it was before it', async () => {
  const property = fc.asyncProperty(steps, ids, askedDay, async (done, [one, other], day) => {
    const world = await worldAfter(done);
    await expectIdentity(world, day, { do: 'merge', persons: [one, other] }, 'unmerge');
  });
  await fc.assert(property, { numRuns: 200 });
});

it('after a link is withdrawn, every answer is what it was before it', async () => {
  const property = fc.asyncProperty(steps, ids, askedDay, async (done, [person, account], day) => {
    const world = await worldAfter(done);
    await expectIdentity(world, day, { do: 'link', account, person }, 'unlink');
  });
  const confirmsClaim: [Step[], [number, number], string] = [
    [{ do: 'claim', account: 1, person: 0 }],
    [0, 1],
    '2024-02-01',
  ];
  await fc.assert(property, { numRuns: 200, examples: [confirmsClaim] });
});
