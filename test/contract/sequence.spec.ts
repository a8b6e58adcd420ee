import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arraySequence, type Direction, intersection, tableSequence, union, walk } from '../../src/queries/sequence.ts';

const LISTS = 3;
const revisions = fc.uniqueArray(fc.nat(3_000), { maxLength: 400 }).map((values) => values.sort((a, b) => a - b));

let database: DatabaseSync;
beforeAll(() => {
  database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE postings (term INTEGER, revision INTEGER, PRIMARY KEY (term, revision)) WITHOUT ROWID');
});
afterAll(() => database.close());

function fill(lists: readonly (readonly number[])[]): void {
  database.exec('DELETE FROM postings');
  const insert = database.prepare('INSERT INTO postings VALUES (?, ?)');
  lists.forEach((list, term) => {
    for (const revision of list) insert.run(term, revision);
  });
}

function fromTable(term: number, direction: Direction) {
  const [compare, order] = direction === 'ascending' ? ['>=', 'ASC'] : ['<=', 'DESC'];
  const sql = `SELECT revision FROM postings WHERE term = ? AND revision ${compare} ? ORDER BY revision ${order} LIMIT ?`;
  return tableSequence(database.prepare(sql), [term], direction);
}

describe.each(['ascending', 'descending'] as const)('sequences, %s', (direction) => {
  const inOrder = (values: Iterable<number>) =>
    [...new Set(values)].sort((a, b) => (direction === 'ascending' ? a - b : b - a));
  const start = (bound: number) => (direction === 'ascending' ? bound : 3_000 - bound);
  const from = (values: Iterable<number>, bound: number) =>
    inOrder(values).filter((value) => (direction === 'ascending' ? value >= bound : value <= bound));

  it('give the intersection of tables and arrays, from any bound on', () => {
    fc.assert(
      fc.property(fc.array(revisions, { minLength: LISTS, maxLength: LISTS }), fc.nat(3_000), (lists, offset) => {
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
      fc.property(fc.array(revisions, { minLength: LISTS, maxLength: LISTS }), fc.nat(3_000), (lists, offset) => {
        fill(lists);
        const bound = start(offset);
        const sequences = [fromTable(0, direction), arraySequence(lists[1]!, direction), fromTable(2, direction)];
        expect([...walk(union(sequences, direction), bound, direction)]).toEqual(from(lists.flat(), bound));
      }),
    );
  });

  it('find what a long list and a short one share, whatever lies between', () => {
    const long = Array.from({ length: 3_000 }, (_, i) => i);
    const short = [0, 7, 8, 1_500, 2_999];
    fill([long]);
    const sequences = [arraySequence(short, direction), fromTable(0, direction)];
    expect([...walk(intersection(sequences), start(0), direction)]).toEqual(inOrder(short));
  });
});
