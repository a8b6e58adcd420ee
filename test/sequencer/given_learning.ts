import { afterEach, beforeEach, expect } from 'vitest';
import type { CourseDeclared } from '../../src/events/learning_types.ts';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import type { LearningAction, LearningCommand, Outcome } from '../../src/sequencer/command.ts';
import { FaultyLedger } from '../support/faulty_ledger.ts';
import { type LocalStore, openLocalStore } from '../support/local_store.ts';

/** The mailbox of whom the tests are about, as accounts are named. */
export const MAILBOX = 'sha1sum:69d2ae00473c9fa573a324e6fa043bdb7d77ea59';

/** A sequencer of its own for each test of a file, on a ledger that can be made to fail. */
export interface GivenSequencer {
  readonly ledger: FaultyLedger;
  ask(action: LearningAction, more?: Partial<LearningCommand>): Promise<Outcome>;
  /** Does what a test begins with. @throws when it is refused */
  given(...actions: LearningAction[]): Promise<void>;
  /** The types of all events. */
  types(): Promise<string[]>;
  /** What the events from a revision on say. */
  dataFrom(revision: number): Promise<unknown[]>;
  /** Another store, which has only the ledger. */
  reopen(): Promise<void>;
}

/** To be called once, at the beginning of a file. */
export function aSequencer(): GivenSequencer {
  let inner: MemoryLedger;
  let ledger: FaultyLedger;
  let store: LocalStore;
  beforeEach(async () => {
    inner = new MemoryLedger();
    ledger = new FaultyLedger(inner);
    store = await openLocalStore(ledger);
  });
  afterEach(() => store.close());
  const ask: GivenSequencer['ask'] = (action, more = {}) =>
    store.sequencer.submit({ kind: 'learning', credential: 'editor', action, ...more });
  return {
    get ledger() {
      return ledger;
    },
    ask,
    async given(...actions) {
      for (const action of actions) {
        const outcome = await ask(action);
        if ('error' in outcome) throw new Error(outcome.error.message);
      }
    },
    async types() {
      return (await Array.fromAsync(ledger.read(0))).flat().map(({ type }) => type);
    },
    async dataFrom(revision) {
      const events = (await Array.fromAsync(ledger.read(revision))).flat();
      return events.map(({ data }) => JSON.parse(Buffer.from(data).toString()));
    },
    async reopen() {
      store.close();
      store = await openLocalStore(inner);
    },
  };
}

export const agency = (name = 'Agency A'): LearningAction => ({
  type: 'agency-declared',
  data: { agency: 'agency-a', name },
});
export const link = (person: string, account = MAILBOX): LearningAction => ({
  type: 'account-linked',
  data: { account, person },
});
export const facts = (...values: (string | null)[]): LearningAction => ({
  type: 'facts-recorded',
  data: {
    facts: values.map((value) => ({ person: 'P-1', agency: 'agency-a', name: 'grade', value, from: '2020-01-01' })),
  },
});
export const course = (course: string, changes: Partial<CourseDeclared> = {}): LearningAction => ({
  type: 'course-declared',
  data: { course, title: course, editions: [], completion: [], ...changes },
});
export const mark = (key: string, asked = 'one') => ({
  key,
  digest: Buffer.from(asked).toString('hex').padEnd(64, '0'),
});

/** What is answered to what is refused. */
export const refused = (code: string, details: object = {}) => ({
  error: expect.objectContaining({ code, details: expect.objectContaining(details) }),
});
