import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KnownRow } from '../../src/compliance/interval_columns.ts';
import type { Evaluation } from '../../src/evaluator/evaluation.ts';
import { Evaluator } from '../../src/evaluator/evaluator.ts';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { ReadSession } from '../../src/read_store/read_session.ts';
import { openLocalStore } from '../support/local_store.ts';
import { type Step, steps } from './arbitrary_learning.ts';
import { beginDuties, type Duty, doDuty, duties } from './duties.ts';
import { aWorld, headOf, mergeAll } from './world.ts';

const histories = fc.array(
  fc.record({
    some: fc.oneof({ weight: 3, arbitrary: duties }, { weight: 2, arbitrary: steps }) as fc.Arbitrary<
      Duty | Step | readonly (Duty | Step)[]
    >,
    /** Whether everything so far is taken in at once now. */
    taken: fc.boolean(),
    /** After how many slices the filling of gaps is given up for something else; 0: it is not begun. */
    slices: fc.nat(3),
  }),
  { minLength: 3, maxLength: 14 },
);

const whole = async () => true;

/** Everything that is told of a row, in words: numbers mean another thing in each evaluation. */
function textOf({ pairs, persons, groups, reasons }: Evaluation, { row }: Pick<KnownRow, 'row'>): string {
  const { person, pair, group, status, from, to, day, reason, evidence } = row;
  const words = [persons.texts[person], pairs.texts[pair], groups.texts[group], reasons.texts[reason]];
  return JSON.stringify([...words, status, from, to, day, evidence]);
}

function knownAt(evaluation: Evaluation, revision: number): string[] {
  const rows = evaluation.persons.texts.flatMap((_, person) => evaluation.columns.knownAt(person, revision));
  return rows.map((row) => textOf(evaluation, { row })).sort();
}

/** All rows with the revisions at which they are known. */
function everKnown(evaluation: Evaluation): string[] {
  const { persons, columns } = evaluation;
  const rows = persons.texts.flatMap((_, person) => columns.ofPerson(person));
  return rows
    .filter(({ from, to }) => from < to)
    .map((known) => `${textOf(evaluation, known)} ${known.from}-${known.to}`)
    .sort();
}

it('what was taken in at once tells in the end of each revision what was known then, and which events made it known', async () => {
  const property = fc.asyncProperty(histories, fc.integer({ min: 1, max: 4 }), async (history, declarations) => {
    const store = await openLocalStore(new MemoryLedger());
    const sessions = [
      new ReadSession(store.paths),
      new ReadSession(store.paths),
      new ReadSession(store.paths),
    ] as const;
    try {
      const world = aWorld(store, 0);
      await world.begin();
      await beginDuties(world);
      const eager = new Evaluator(sessions[0]);
      const late = new Evaluator(sessions[1], undefined, { farBehind: 0, declarations });
      for (const { some, taken, slices } of history) {
        for (const one of [some].flat()) {
          await (one.do === 'duty' ? doDuty(world, one as Duty) : world.does(one as Step));
          await eager.catchUp(headOf(store), whole);
        }
        if (!taken) continue;
        mergeAll(store);
        await late.catchUp(headOf(store), whole);
        let left = slices;
        if (slices > 0) await late.fillGaps(async () => --left > 0);
      }
      mergeAll(store);
      const head = headOf(store);
      for (const one of [eager, late]) {
        await one.catchUp(head, whole);
        await one.fillGaps(whole);
        expect([one.has(0), one.has(head), one.hasGaps]).toEqual([true, true, false]);
      }
      const anew = new Evaluator(sessions[2]);
      for (let revision = 0; revision <= head; revision++) {
        const expected = knownAt(await anew.evaluatedAt(revision, undefined, whole), revision);
        expect(knownAt(eager.evaluation, revision)).toEqual(expected);
        expect(knownAt(late.evaluation, revision)).toEqual(expected);
      }
      expect(everKnown(late.evaluation)).toEqual(everKnown(eager.evaluation));
    } finally {
      for (const session of sessions) session.close();
      store.close();
    }
  });
  await fc.assert(property, { numRuns: 60 });
});
