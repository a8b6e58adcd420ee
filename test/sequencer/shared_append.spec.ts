import { expect, it } from 'vitest';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { queryStatements } from '../../src/queries/statement_query.ts';
import { aCredential, ISSUE, openLocalStore } from '../support/local_store.ts';
import { anIdentified, idsOf } from '../support/statements.ts';

const credential = aCredential('tester', 'all');

it('requests that share an append are found by their statements, whatever stands between them', async () => {
  const store = await openLocalStore(new MemoryLedger());
  const [a, b, c, d, e] = [anIdentified(), anIdentified(), anIdentified(), anIdentified(), anIdentified()];
  const outcomes = await Promise.all([
    store.store([a], credential),
    store.store([b, c], credential),
    store.sequencer.submit(ISSUE),
    store.store([d], credential),
    store.store([a, e], credential),
  ]);
  expect(outcomes).toEqual([0, 2, 3, 4, 5].map((revision) => ({ revision })));
  expect(new Set(store.events().map(({ recorded }) => recorded)).size).toBe(1);

  const query = { relatedAgents: false, relatedActivities: false, ascending: true, limit: 10 };
  const found = () =>
    store.read((snapshot) => {
      const { revisions } = queryStatements(snapshot, query);
      return revisions.map((revision) => [revision, snapshot.statementAt(revision).keys.id]);
    });
  const expected = [0, 1, 2, 4, 5].map((revision, i) => [revision, idsOf([a, b, c, d, e])[i]]);
  expect(found()).toEqual(expected);
  store.closeSegment();
  while (store.mergeNext());
  expect(found()).toEqual(expected);
  store.close();
});
