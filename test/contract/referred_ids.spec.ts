import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ReferredIds } from '../../src/read_store/referred_ids.ts';
import { STATEMENT_TABLES } from '../../src/read_store/statement_tables.ts';

let database: DatabaseSync;
beforeAll(() => {
  database = new DatabaseSync(':memory:');
  database.exec(STATEMENT_TABLES.tables);
});
afterAll(() => database.close());

const target = fc.uint8Array({ minLength: 16, maxLength: 16 });

it('never denies a target, whenever it was merged, and whatever is voided between', () => {
  const marks = fc.array(fc.option(target), { maxLength: 40 });
  fc.assert(
    fc.property(marks, fc.array(fc.nat(40), { maxLength: 4 }), (targets, merges) => {
      database.exec('DELETE FROM marked');
      const ids = new ReferredIds(database);
      const insert = database.prepare('INSERT INTO marked VALUES (?, ?, ?)');
      const ends = [...merges, targets.length].sort((a, b) => a - b);
      ends.forEach((end, i) => {
        const begin = ends[i - 1] ?? 0;
        targets.slice(begin, end).forEach((one, place) => {
          insert.run(begin + place, one, one === null ? begin + place : null);
        });
        ids.readUpTo(Math.min(end, targets.length) - 1);
        for (const one of targets.slice(0, end)) if (one !== null) expect(ids.mayHold(one)).toBe(true);
      });
    }),
  );
});

it('denies what nothing refers to', () => {
  database.exec('DELETE FROM marked');
  database.prepare('INSERT INTO marked VALUES (7, NULL, 9)').run();
  const ids = new ReferredIds(database);
  ids.readUpTo(9);
  expect(ids.mayHold(new Uint8Array(16))).toBe(false);
});
