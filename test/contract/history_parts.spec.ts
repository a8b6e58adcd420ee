import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keysOf } from '../../projections/statement_keys.ts';
import { encode } from '../../src/events/codec.ts';
import { type HistoryPosition, queryHistory } from '../../src/queries/history_query.ts';
import { partOf } from '../../src/read_store/history_parts.ts';
import { Merger } from '../../src/read_store/merge.ts';
import type { Snapshot } from '../../src/read_store/read_session.ts';
import { Segment } from '../../src/read_store/segment.ts';
import { STATEMENT_TABLES } from '../../src/read_store/statement_tables.ts';
import { accountKey, agentKeys } from '../../src/xapi/identifiers.ts';
import type { Agent, Statement } from '../../src/xapi/statement.ts';

const FIRST_OF_PART_1 = 262_144;
const ACTOR: Agent = { mbox: 'mailto:learner@example.org' };
const RECORDED = 1_700_000_000_000_000;

let database: DatabaseSync;
beforeEach(() => {
  database = new DatabaseSync(':memory:');
  database.exec(STATEMENT_TABLES.tables);
});
afterEach(() => database.close());

/**
 * Times have fewer digits before 2001-09-09 than after it, and a sign before 1970: each of these years has a part of
 * the statements.
 */
const YEARS = [1968, 1999, 2001, 2024];

/** The statement of a revision: at another time than others, in no order. */
function statementOf(revision: number): Statement {
  return {
    id: `00000000-0000-4000-8000-${revision.toString(16).padStart(12, '0')}`,
    actor: ACTOR,
    verb: { id: `http://example.org/verb-${revision % 3}` },
    object: { id: 'http://example.org/task' },
    timestamp: new Date(Date.UTC(YEARS[revision % 4]!, 0, 1 + ((revision * 7_919) % 365))).toISOString(),
    authority: ACTOR,
    version: '1.0.0',
    stored: '2024-01-01T00:00:00.000000Z',
  } as Statement;
}

function merge(revisions: readonly number[]): void {
  const segment = new Segment(0, () => expect.unreachable());
  for (const revision of revisions) {
    const keys = keysOf(statementOf(revision), { voidsAny: false, defines: false, blobs: [] });
    const row = { segment: 0, firstRevision: revision, lastRevision: revision, recorded: RECORDED + revision };
    segment.apply({ ...row, keys: [keys] }, { find: () => undefined, referrersOf: () => [] });
  }
  new Merger(database, () => expect.unreachable()).write(segment);
}

function historyOf(options: { limit: number; behind?: HistoryPosition; knownAt?: number; verb?: string }) {
  const snapshot = {
    segments: [],
    prepare: (sql: string) => database.prepare(sql),
    ledger: { head: () => ({ revision: 10_000_000, recorded: 0 }) },
    dataAt: (revision: number) => encode('statement-stored', { statement: statementOf(revision) }).data,
  };
  const query = { accounts: [accountKey(agentKeys(ACTOR)[0]!)], includeVoided: false, ...options };
  return queryHistory(snapshot as unknown as Snapshot, query);
}

/** What must come out, without a table: the statements by time, newest first, those of one time by revision. */
function newestFirst(revisions: readonly number[]): number[] {
  const time = (revision: number) => Date.parse(statementOf(revision).timestamp!);
  return revisions.toSorted((a, b) => time(b) - time(a) || b - a);
}

const revisions = [0, 1, 2].flatMap((part) =>
  Array.from({ length: 700 }, (_, i) => part * FIRST_OF_PART_1 + i * 374 + (i % 5)),
);

it('has a part for so many revisions', () => {
  expect([0, FIRST_OF_PART_1 - 1, FIRST_OF_PART_1, 2 * FIRST_OF_PART_1].map(partOf)).toEqual([0, 0, 1, 2]);
  merge(revisions);
  const parts = database.prepare('SELECT part, count(*) AS entries FROM history GROUP BY part').all();
  expect(parts).toEqual([0, 1, 2].map((part) => ({ part, entries: 700 })));
});

it('is one history, page by page, in whatever part an entry stands', () => {
  merge(revisions);
  const found: number[] = [];
  for (let behind: HistoryPosition | undefined; ; ) {
    const { entries, more } = historyOf({ limit: 97, ...(behind && { behind }) });
    found.push(...entries.map(({ revision }) => revision));
    if (!more) break;
    behind = entries.at(-1)!;
  }
  expect(found).toEqual(newestFirst(revisions));
});

it('is as the ledger knew it, of one verb, also where that ends within a part', () => {
  merge(revisions);
  for (const knownAt of [0, 5_000, FIRST_OF_PART_1 - 1, FIRST_OF_PART_1, FIRST_OF_PART_1 + 5_000, 600_000]) {
    const expected = newestFirst(revisions.filter((revision) => revision <= knownAt && revision % 3 === 1));
    const { entries } = historyOf({ limit: 5_000, knownAt, verb: 'http://example.org/verb-1' });
    expect(entries.map(({ revision }) => revision)).toEqual(expected);
  }
});

it('is empty where the table is', () => {
  expect(historyOf({ limit: 10 })).toMatchObject({ entries: [], more: false });
});
