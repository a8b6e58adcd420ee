import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { type LocalStore, openLocalStore } from '../support/local_store.ts';
import type { Posted } from '../support/statements.ts';
import { askedDay, type Decided, decided, type Said, type Step, said, withdrawnEarned } from './arbitrary_learning.ts';
import {
  answersTo,
  aWorld,
  everyQuestion,
  expectSame,
  headOf,
  idPrefix,
  mergeAll,
  renewed,
  type World,
} from './world.ts';

let store: LocalStore;
beforeAll(async () => {
  store = await openLocalStore(new MemoryLedger());
});
afterAll(() => store.close());

/** Each statement once: which of two with the same id is stored depends on their order, for the other is refused. */
const statements = fc.uniqueArray(said, { selector: nameOf, minLength: 2, maxLength: 12 });

function nameOf(one: Said): string {
  return one.do === 'void' ? `voiding ${one.voiding}` : `statement ${one.statement}`;
}

/** What was said in an order of its own, each at a place among what was decided, which keeps its order. */
function interleaved(decisions: readonly Step[], sayings: readonly Said[], order: readonly number[]): Step[] {
  const sorted = sayings.map((one, i) => ({ one, at: order[i]! })).sort((a, b) => a.at - b.at);
  const steps: Step[] = [...decisions];
  for (const { one, at } of sorted.reverse()) steps.splice(at % (decisions.length + 1), 0, one);
  return steps;
}

const NUMBERED = ['revision', 'version', 'stored', 'at', 'link', 'claim', 'merge'];

/** An answer without what depends on revisions: they are left out, or told by the order in which things were made. */
function shown(answer: string, { run, made }: World): string {
  const told = JSON.parse(answer, (_name, value) => {
    if (typeof value === 'string') {
      return value.replace(
        /^recorded:(\d+)$/,
        (_, revision) => `recorded:${made.certificate.indexOf(Number(revision))}`,
      );
    }
    if (Array.isArray(value) && value.every((one) => one?.statementId && one.object))
      return value.toSorted(byTimeAndId);
    // The agency's reader sees the claims of every world so far.
    if (Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null && 'proof' in one)) {
      return value.filter(({ person }) => person.startsWith(`P-${run}-`));
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([name]) => !NUMBERED.includes(name)));
  });
  return JSON.stringify(told).replaceAll(
    new RegExp(`(?<=learner-|P-)${run}(?=-)|${idPrefix(run)}(?=-0000-)`, 'g'),
    'RUN',
  );
}

/** Entries of one instant stand in the order of their revisions. */
function byTimeAndId(one: Posted, other: Posted): number {
  const [a, b] = [one, other].map(({ timestamp, statementId }) => `${timestamp} ${statementId}`) as [string, string];
  return a < b ? -1 : 1;
}

/** A revoked decision could not be decided again for the other order. */
const isSameInBoth = (one: Decided) => one.do !== 'revoke';

it('the order in which statements and voidings arrive changes no answer about what is known in the end', async () => {
  let run = 0;
  const order = fc.array(fc.nat(100), { minLength: 12, maxLength: 12 });
  const property = fc.asyncProperty(
    fc.array(decided.filter(isSameInBoth), { maxLength: 14 }),
    statements,
    fc.array(withdrawnEarned, { maxLength: 2 }),
    fc.tuple(order, order),
    askedDay,
    async (decisions, sayings, afterwards, orders, day) => {
      store = await renewed(store, run);
      const answers: string[][] = [];
      for (const order of orders) {
        run += 1;
        const world = aWorld(store, run);
        await world.begin();
        const steps = [...interleaved(decisions, sayings, order), ...afterwards];
        for (const [i, step] of steps.entries()) {
          if (order === orders[1] && i === steps.length >> 1) mergeAll(store);
          await world.does(step);
        }
        answers.push(answersTo(store, everyQuestion(world, day), headOf(store)).map((one) => shown(one, world)));
      }
      expectSame(answers[1]!, answers[0]!);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});
