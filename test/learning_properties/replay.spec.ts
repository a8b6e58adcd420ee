import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { readStoreFiles } from '../../src/main/paths.ts';
import { rebuildAside } from '../../src/main/rebuild_aside.ts';
import { ReadSession } from '../../src/read_store/read_session.ts';
import { openLocalStore } from '../support/local_store.ts';
import { digestsOf, replayInPortions } from '../support/replayed.ts';
import { askedDay, steps } from './arbitrary_learning.ts';
import { answersFrom, answersTo, aWorld, everyQuestion, expectSame, headOf, mergeAll } from './world.ts';

it('a read store that is rebuilt from the ledger has the same digests, and gives the same answers at every revision', async () => {
  const histories = fc.array(fc.tuple(steps, askedDay, fc.boolean()), { minLength: 6, maxLength: 12 });
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
  const property = fc.asyncProperty(histories, sizes, async (drawn, sizes) => {
    const store = await openLocalStore(new MemoryLedger());
    try {
      const live = [];
      for (const [run, [steps, day, merges]] of drawn.entries()) {
        const world = aWorld(store, run);
        await world.begin();
        for (const step of steps) await world.does(step);
        const questions = everyQuestion(world, day);
        const head = headOf(store);
        const answers = answersTo(store, questions, head);
        live.push({ questions, head, answers });
        if (!merges) continue;
        mergeAll(store);
        expectSame(answersTo(store, questions, head), answers);
      }
      mergeAll(store);
      const head = headOf(store);
      const whole = readStoreFiles(join(store.paths.data, 'whole'));
      const upTo = { statements: head, identity: head, documents: head, learning: head };
      await rebuildAside(store.paths, whole, upTo, () => {});
      const portions = readStoreFiles(join(store.paths.data, 'portions'));
      replayInPortions(store, portions, sizes);
      for (const files of [whole, portions]) {
        expect(digestsOf(files)).toEqual(digestsOf(store.paths));
        const session = new ReadSession({ ...files, ledger: store.paths.ledger });
        for (const { questions, head, answers } of live) {
          expectSame(
            session.read((snapshot) => answersFrom(snapshot, questions, head)),
            answers,
          );
        }
        session.close();
      }
    } finally {
      store.close();
    }
  });
  await fc.assert(property, { numRuns: 12 });
});
