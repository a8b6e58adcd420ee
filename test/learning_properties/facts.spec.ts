import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fact, FactValue } from '../../src/events/learning_types.ts';
import { LAST_DAY } from '../../src/learning/days.ts';
import { factOn, isRecorded } from '../../src/learning/facts.ts';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { answer } from '../../src/queries/answers.ts';
import type { LearningAction } from '../../src/sequencer/command.ts';
import { type LocalStore, openLocalStore } from '../support/local_store.ts';
import { naiveFacts, type Said } from './naive_facts.ts';

/** The days at which facts begin and end, over the end of a February. */
const EDGES = ['2024-02-27', '2024-02-28', '2024-02-29', '2024-03-01', '2024-03-02', '2024-03-03'];
/** With one before, and two behind: what has no end goes on to the last day of all. */
const ALL = ['2024-02-26', ...EDGES, '2024-03-04', LAST_DAY];

const edge = fc.constantFrom(...EDGES);
const value = fc.constantFrom<(FactValue | null)[]>('P3', 'P4', true, null, ['P3'], ['P3', 'P4']);
const said: fc.Arbitrary<Said> = fc.tuple(value, edge, fc.option(edge)).map(([value, one, other]) => {
  if (other === null) return { value, from: one };
  return one < other ? { value, from: one, to: other } : { value, from: other, to: one };
});

const factOf = (one: Said, person: string): Fact => ({ person, agency: 'agency-a', name: 'grade', ...one }) as Fact;

let store: LocalStore;
beforeAll(async () => {
  store = await openLocalStore(new MemoryLedger());
  await record({ type: 'agency-declared', data: { agency: 'agency-a', name: 'Agency A' } });
});
afterAll(() => store.close());

async function record(action: LearningAction): Promise<void> {
  const outcome = await store.sequencer.submit({ kind: 'learning', credential: 'editor', action });
  if ('error' in outcome) throw new Error(outcome.error.message);
}

/** What holds on each day, as a text. */
function daysOf(list: readonly Said[]): string {
  const naive = naiveFacts(list, ALL);
  return JSON.stringify(ALL.map((day) => naive.get(day) ?? null));
}

it('on each day the latest fact that covers it holds, unless it takes back', () => {
  const property = fc.property(fc.array(said, { maxLength: 8 }), (list) => {
    const facts = list.map((one, revision) => ({ ...factOf(one, 'P-1'), revision }));
    const naive = naiveFacts(list, ALL);
    for (const day of ALL) expect(factOn(facts, day)?.value, day).toEqual(naive.get(day));
  });
  fc.assert(property, { numRuns: 1_000 });
});

it('a fact is recorded already exactly when it would change no day', () => {
  const property = fc.property(fc.array(said, { maxLength: 6 }), said, (list, more) => {
    const facts = list.map((one, revision) => ({ ...factOf(one, 'P-1'), revision }));
    const changesNothing = daysOf([...list, more]) === daysOf(list);
    expect(isRecorded(facts, factOf(more, 'P-1'))).toBe(changesNothing);
  });
  fc.assert(property, { numRuns: 2_000 });
});

it('facts of several requests hold as if each had been recorded by itself, one after the other', async () => {
  let run = 0;
  const requests = fc.array(fc.array(said, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(requests, async (batches) => {
    run += 1;
    const person = `P-${run}`;
    for (const batch of batches) {
      await record({ type: 'facts-recorded', data: { facts: batch.map((one) => factOf(one, person)) } });
    }
    const naive = naiveFacts(batches.flat(), ALL);
    for (const day of ALL) {
      const found = store.read((snapshot) =>
        answer(snapshot, {
          kind: 'person',
          learner: { person },
          viewer: 'everybody',
          asOf: { day },
          now: 0,
          knownAt: Number.MAX_SAFE_INTEGER,
        }),
      ) as { readonly facts: readonly Fact[] } | undefined;
      expect(found?.facts.map(({ value }) => value) ?? [], day).toEqual(naive.has(day) ? [naive.get(day)] : []);
    }
  });
  await fc.assert(property, { numRuns: 300 });
});
