import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RecordedEvent } from '../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { readStoreFiles } from '../../src/main/paths.ts';
import { rebuildAside } from '../../src/main/rebuild_aside.ts';
import { queryHistory } from '../../src/queries/history_query.ts';
import { queryStatements, type StatementQuery } from '../../src/queries/statement_query.ts';
import { ReadSession, type Snapshot } from '../../src/read_store/read_session.ts';
import type { Outcome } from '../../src/sequencer/command.ts';
import { accountKey, authorityKey } from '../../src/xapi/identifiers.ts';
import { type LocalStore, openLocalStore } from '../support/local_store.ts';
import { type NaiveStore, naiveStore } from '../support/naive_query.ts';
import { digestsOf, replayInPortions } from '../support/replayed.ts';
import { ACTIVITIES, AGENTS, CREDENTIALS, REGISTRATION, type Step, steps, VERBS } from './arbitrary_history.ts';

const agentNames = AGENTS.map(({ mbox }) => mbox);
const authorities = CREDENTIALS.map(({ authority }) => authorityKey(authority));

const query: fc.Arbitrary<StatementQuery> = fc
  .record(
    {
      agent: fc.constantFrom(...agentNames, ...authorities),
      verb: fc.constantFrom(...VERBS),
      activity: fc.constantFrom(...ACTIVITIES),
      registration: fc.constant(REGISTRATION),
      mine: fc.constantFrom(...authorities),
      relatedAgents: fc.boolean(),
      relatedActivities: fc.boolean(),
      ascending: fc.boolean(),
      limit: fc.integer({ min: 1, max: 8 }),
      behind: fc.nat(40),
      /** Where `stored` is between, by the index of an event. */
      sinceEvent: fc.nat(40),
      untilEvent: fc.nat(40),
    },
    { requiredKeys: ['relatedAgents', 'relatedActivities', 'ascending', 'limit'] },
  )
  .map((drawn) => drawn as StatementQuery);

/** The query with its events' places as times. */
function timed({ sinceEvent, untilEvent, ...rest }: Record<string, never>, events: readonly RecordedEvent[]) {
  const at = (i: number | undefined) => (i === undefined ? undefined : events[i]?.recorded);
  const [since, until] = [at(sinceEvent), at(untilEvent)];
  return {
    ...rest,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  } as unknown as StatementQuery;
}

async function live(store: LocalStore, done: readonly Step[]): Promise<void> {
  let asked: Promise<Outcome>[] = [];
  for (const step of [...done, 'the clients wait' as const]) {
    if (typeof step === 'object') {
      asked.push(store.store(step.store, step.by));
      continue;
    }
    await Promise.all(asked);
    asked = [];
    if (step === 'a segment is closed') store.closeSegment();
    else if (step === 'a segment is merged') store.mergeNext();
    else if (step === 'a reader looks') store.read(() => {});
  }
}

/** That the answers are those of a look at every statement. */
function expectAnswers(snapshot: Snapshot, naive: NaiveStore, queries: readonly StatementQuery[]): void {
  const idOf = (revision: number) => snapshot.statementAt(revision).keys.id;
  for (const asked of queries) {
    expect(queryStatements(snapshot, asked).revisions.map(idOf), JSON.stringify(asked)).toEqual(naive.query(asked));
  }
  for (const learner of agentNames) {
    const { entries } = queryHistory(snapshot, { accounts: [accountKey(learner)], includeVoided: true, limit: 1_000 });
    const found = entries.map(({ statement, voidedBy }) => ({ id: statement.id, voided: voidedBy }));
    expect(found).toEqual(naive.history(learner));
  }
}

it('whatever is stored, cut into whatever segments: the answers are right, and every replay gives the same digests', {
  timeout: 120_000,
}, async () => {
  const property = fc.asyncProperty(
    steps,
    fc.array(query, { minLength: 1, maxLength: 12 }),
    fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
    async (done, drawn, sizes) => {
      const store = await openLocalStore(new MemoryLedger());
      try {
        await live(store, done);
        const events = store.events();
        const naive = naiveStore(events);
        const queries = drawn.map((one) => timed(one as never, events));
        store.read((snapshot) => expectAnswers(snapshot, naive, queries));

        store.closeSegment();
        while (store.mergeNext()) store.read((snapshot) => expectAnswers(snapshot, naive, queries));

        const whole = readStoreFiles(join(store.paths.data, 'whole'));
        const head = events.length - 1;
        await rebuildAside(
          store.paths,
          whole,
          { statements: head, identity: head, documents: head, learning: head },
          () => {},
        );
        const inPortions = readStoreFiles(join(store.paths.data, 'portions'));
        replayInPortions(store, inPortions, sizes);
        expect(digestsOf(whole)).toEqual(digestsOf(store.paths));
        expect(digestsOf(inPortions)).toEqual(digestsOf(store.paths));

        for (const files of [whole, inPortions]) {
          const session = new ReadSession({ ...files, ledger: store.paths.ledger });
          session.read((snapshot) => expectAnswers(snapshot, naive, queries));
          session.close();
        }
      } finally {
        store.close();
      }
    },
  );
  await fc.assert(property, { numRuns: 40 });
});
