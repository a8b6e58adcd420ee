import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, type Query } from '../support/client.ts';
import { aLearner, did, headOf, historyIds, historyOf, today } from '../support/history.ts';
import { anIdentified, idsOf, type Posted } from '../support/statements.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

describe('asOf, from and to', () => {
  const learner = aLearner();
  const instants = [
    '2023-12-31T23:59:59.999999Z',
    '2024-01-01T00:00:00Z',
    '2024-01-01T23:59:59.999999Z',
    '2024-01-02T00:00:00Z',
    '2024-01-02T12:00:00.000001Z',
    '2024-01-03T00:30:00+02:00',
  ];
  const statements = instants.map((instant) => did(learner, instant));
  const future = did(learner, '2999-01-01T00:00:00Z');
  beforeAll(() => post(store, ...statements, future));
  /** Those by their place, oldest first. */
  const places = async (query: Query) =>
    (await historyIds(store, learner.mbox, query)).map((id) => idsOf(statements).indexOf(id)).reverse();

  it.each<[Query, number[]]>([
    [{}, [0, 1, 2, 3, 4, 5]],
    [{ asOf: '2023-12-30' }, []],
    [{ asOf: '2023-12-31' }, [0]],
    [{ asOf: '2024-01-01' }, [0, 1, 2]],
    [{ asOf: '2024-01-01T00:00:00Z' }, [0, 1, 2]],
    [{ asOf: '2024-01-02T01:00:00+02:00' }, [0, 1, 2]],
    [{ asOf: '2024-01-02' }, [0, 1, 2, 3, 4, 5]],
    [{ from: '2024-01-01', to: '2024-01-01' }, [1, 2]],
    [{ from: '2024-01-02' }, [3, 4, 5]],
    [{ to: '2024-01-01' }, [0, 1, 2]],
    [{ from: '2024-01-02T12:00:00.000001Z' }, [4, 5]],
    [{ from: '2024-01-02T12:00:00.000002Z' }, [5]],
    [{ to: '2024-01-02T12:00:00.000000Z' }, [0, 1, 2, 3]],
    [{ to: '2024-01-02T12:00:00.000001Z' }, [0, 1, 2, 3, 4]],
    [{ from: '2024-01-01', to: '2024-01-05', asOf: '2024-01-01' }, [1, 2]],
    [{ from: '2024-01-02T00:30:00+01:00', to: '2024-01-02T02:00:00+02:00' }, [2, 3]],
  ])('%j', async (query, expected) => {
    expect(await places(query)).toEqual(expected);
  });

  it('names the day that it used', async () => {
    expect((await historyOf(store, learner.mbox, { asOf: '2024-01-02T01:00:00+02:00' })).asOf).toBe('2024-01-01');
    expect((await historyOf(store, learner.mbox, {})).asOf).toBe(today());
  });

  it('has what is still to come only where that day is asked about', async () => {
    expect(await historyIds(store, learner.mbox, { from: '2500-01-01' })).toEqual([]);
    expect(await historyIds(store, learner.mbox, { asOf: '2999-01-01', from: '2500-01-01' })).toEqual([future.id]);
  });
});

describe('knownAt', () => {
  it('a revision: the history as the ledger knew it then', async () => {
    const learner = aLearner();
    const [late, early] = [did(learner, '2024-02-02T00:00:00Z'), did(learner, '2024-01-01T00:00:00Z')];
    const before = await headOf(store);
    await post(store, late);
    await post(store, early);
    expect(await historyIds(store, learner.mbox, { knownAt: before })).toEqual([]);
    expect(await historyIds(store, learner.mbox, { knownAt: before + 1 })).toEqual([late.id]);
    expect(await historyIds(store, learner.mbox, { knownAt: before + 2 })).toEqual([late.id, early.id]);
    expect((await historyOf(store, learner.mbox, { knownAt: before + 1 })).knownAt).toBe(before + 1);
    expect(await historyIds(store, learner.mbox, { knownAt: before + 1, asOf: '2024-01-15' })).toEqual([]);
    expect(await historyIds(store, learner.mbox, { knownAt: before + 2, asOf: '2024-01-15' })).toEqual([early.id]);
    expect(await historyIds(store, learner.mbox, { knownAt: 0 })).toEqual([]);
  });

  it('within a batch, each statement has a revision of its own', async () => {
    const learner = aLearner();
    const before = await headOf(store);
    const batch = [did(learner, '2024-01-01T00:00:00Z'), did(learner, '2024-01-02T00:00:00Z')];
    await post(store, ...batch);
    expect(await historyIds(store, learner.mbox, { knownAt: before + 1 })).toEqual([batch[0]!.id]);
  });

  it('an instant: the last revision recorded by then', async () => {
    const learner = aLearner();
    const before = await headOf(store);
    const [first] = (await post(store, anIdentified({ actor: learner }))) as [Posted];
    const [second] = (await post(store, anIdentified({ actor: learner }))) as [Posted];
    const known = async (knownAt: string) => {
      const answer = await historyOf(store, learner.mbox, { knownAt });
      return [answer.knownAt, answer.entries.length];
    };
    expect(await known(first.stored)).toEqual([before + 1, 1]);
    expect(await known(second.stored)).toEqual([before + 2, 2]);
    expect(await known(earlier(second.stored))).toEqual([before + 1, 1]);
    expect(await known(earlier(first.stored))).toEqual([before, 0]);
    expect(await known('2999-01-01T00:00:00Z')).toEqual([before + 2, 2]);
    expect((await known('2000-01-01T00:00:00Z'))[1]).toBe(0);
    const zoned =
      new Date(Date.parse(first.stored) + 7_200_000).toISOString().slice(0, 19) + first.stored.slice(19, -1);
    expect(await known(`${zoned}+02:00`)).toEqual([before + 1, 1]);
  });

  it('a revision that is still to come: the last that there is, and the answer says so', async () => {
    const known = await headOf(store);
    expect((await historyOf(store, aLearner().mbox, { knownAt: known + 1_000 })).knownAt).toBe(known);
  });
});

/** The instant a microsecond before one of the store's. */
function earlier(instant: string): string {
  const [, fraction] = /\.(\d{6})Z$/.exec(instant)!;
  const micros = Date.parse(instant.replace(/\.\d+/, '')) * 1_000 + Number(fraction) - 1;
  return `${new Date(Math.floor(micros / 1_000_000) * 1_000).toISOString().slice(0, 19)}.${String(micros % 1_000_000).padStart(6, '0')}Z`;
}
