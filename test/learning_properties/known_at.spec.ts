import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { type LocalStore, openLocalStore } from '../support/local_store.ts';
import { askedDay, steps } from './arbitrary_learning.ts';
import { answersTo, aWorld, everyQuestion, expectSame, headOf, mergeAll, renewed } from './world.ts';

let store: LocalStore;
beforeAll(async () => {
  store = await openLocalStore(new MemoryLedger());
});
afterAll(() => store.close());

it('what was known at a revision never changes, whatever is added later', async () => {
  let run = 0;
  const asked = fc.array(fc.tuple(fc.nat(1_000), askedDay), { minLength: 8, maxLength: 16 });
  const property = fc.asyncProperty(steps, asked, fc.boolean(), async (done, drawn, merges) => {
    store = await renewed(store, run);
    run += 1;
    const world = aWorld(store, run);
    await world.begin();
    const questions = drawn.map(([number, day]) => {
      const all = everyQuestion(world, day);
      return all[number % all.length]!;
    });
    const known: (readonly [revision: number, answers: string[]])[] = [];
    for (const [i, step] of done.entries()) {
      await world.does(step);
      const head = headOf(store);
      known.push([head, answersTo(store, questions, head)]);
      if (merges && i === done.length >> 1) mergeAll(store);
    }
    for (const [revision, answers] of known) expectSame(answersTo(store, questions, revision), answers);
  });
  await fc.assert(property, { numRuns: 200 });
});
