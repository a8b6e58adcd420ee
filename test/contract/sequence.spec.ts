import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arraySequence, type Direction, intersection, tableSequence, union, walk } from '../../src/queries/sequence.ts';
import { BLOCK_REVISIONS, PostingsWriter } from '../../src/read_store/postings.ts';
import { STATEMENT_TABLES } from '../../src/read_store/statement_tables.ts';
import { ascending, revisionIn } from './given_revisions.ts';

const LISTS = 3;
const LAST = 4 * BLOCK_REVISIONS;
const revision = revisionIn(4);
const revisions = ascending(revision, 400);

let database: DatabaseSync;
beforeAll(() => {
  database = new DatabaseSync(':memory:');
  database.exec(STATEMENT_TABLES.tables);
});
afterAll(() => database.close());

/** @param bounds where a merge ended, and the next one began */
function fill(lists: readonly (readonly number[])[], bounds: readonly number[] = []): void {
  database.exec('DELETE FROM postings');
  const ends = [...bounds, LAST + 10].sort((a, b) => a - b);
  ends.forEach((end, i) => {
    const rows = new PostingsWriter(database);
    lists.forEach((list, name) => {
      const part = list.filter((revision) => (ends[i - 1] ?? 0) <= revision && revision < end);
      if (part.length > 0) rows.add(`${name}`, part, part[0]!);
    });
    rows.flush();
  });
}

function fromTable(name: number, direction: Direction) {
  return tableSequence(database, `${name}`, direction);
}

function rowsNow() {
  return database.prepare('SELECT name, block, hex(revisions) AS revisions FROM postings').all();
}

it('postings are the same rows in whatever portions they were written, late ones among older ones too', () => {
  const portions = fc.array(revision, { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(revisions, { minLength: 1, maxLength: 3 }), portions, fc.nat(), (lists, bounds, drawn) => {
      fill(lists);
      const expected = rowsNow();
      fill(lists, bounds);
      expect(rowsNow()).toEqual(expected);
      const late = lists.map((list) => list.filter((_, i) => i % 3 === drawn % 3));
      fill(
        lists.map((list, i) => list.filter((one) => !late[i]!.includes(one))),
        bounds,
      );
      const rows = new PostingsWriter(database);
      late.forEach((list, name) => {
        // What is listed already stays listed once.
        rows.add(
          `${name}`,
          [...list, ...lists[name]!.slice(0, 2)].sort((a, b) => a - b),
          LAST + 10,
        );
      });
      rows.flush();
      expect(rowsNow()).toEqual(expected);
    }),
  );
});

describe.each(['ascending', 'descending'] as const)('sequences, %s', (direction) => {
  const inOrder = (values: Iterable<number>) =>
    [...new Set(values)].sort((a, b) => (direction === 'ascending' ? a - b : b - a));
  const start = (bound: number) => (direction === 'ascending' ? bound : LAST - bound);
  const from = (values: Iterable<number>, bound: number) =>
    inOrder(values).filter((value) => (direction === 'ascending' ? value >= bound : value <= bound));

  it('give the intersection of tables and arrays, from any bound on', () => {
    fc.assert(
      fc.property(fc.array(revisions, { minLength: LISTS, maxLength: LISTS }), revision, (lists, offset) => {
        fill(lists);
        const bound = start(offset);
        const sequences = [fromTable(0, direction), arraySequence(lists[1]!, direction), fromTable(2, direction)];
        const expected = from(lists[0]!, bound).filter(
          (value) => lists[1]!.includes(value) && lists[2]!.includes(value),
        );
        expect([...walk(intersection(sequences), bound, direction)]).toEqual(expected);
      }),
    );
  });

  it('give the union of tables and arrays, each revision once', () => {
    fc.assert(
      fc.property(fc.array(revisions, { minLength: LISTS, maxLength: LISTS }), revision, (lists, offset) => {
        fill(lists);
        const bound = start(offset);
        const sequences = [fromTable(0, direction), arraySequence(lists[1]!, direction), fromTable(2, direction)];
        expect([...walk(union(sequences, direction), bound, direction)]).toEqual(from(lists.flat(), bound));
      }),
    );
  });

  it('find what a long list and a short one share, whatever lies between', () => {
    const long = Array.from({ length: LAST }, (_, i) => i);
    const short = [0, 7, 8, 1_500, BLOCK_REVISIONS, 2 * BLOCK_REVISIONS - 1, LAST - 1];
    fill([long]);
    const sequences = [arraySequence(short, direction), fromTable(0, direction)];
    expect([...walk(intersection(sequences), start(0), direction)]).toEqual(inOrder(short));
  });
});

it('many late ones among older ones are written together', () => {
  const all = Array.from({ length: BLOCK_REVISIONS }, (_, i) => i);
  const [older, late] = [all.filter((i) => i % 2 === 1), all.filter((i) => i % 2 === 0)];
  fill([]);
  const rows = new PostingsWriter(database);
  rows.add('0', older, 0);
  rows.flush();
  // One by one, the row read and written again for each, they would not end in the time that a test has.
  rows.add('0', late, BLOCK_REVISIONS);
  rows.flush();
  expect([...walk(fromTable(0, 'ascending'), 0, 'ascending')]).toEqual(all);
});
