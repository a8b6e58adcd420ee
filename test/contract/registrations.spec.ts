import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Direction, tableSequence, walk } from '../../src/queries/sequence.ts';
import { BLOCK_REVISIONS } from '../../src/read_store/postings.ts';
import { offsetsWith, registrationsName, writeRegistrations } from '../../src/read_store/registrations.ts';
import { STATEMENT_TABLES } from '../../src/read_store/statement_tables.ts';
import { UuidList } from '../../src/read_store/uuid_list.ts';
import { revisionIn } from './given_revisions.ts';

const LAST = 3 * BLOCK_REVISIONS;
const revision = revisionIn(3);
/** Most of them share a row. */
const VALUES = [...inOneRow(5), ...Array.from({ length: 2 }, () => randomUUID() as string)];
const registration = fc.constantFrom(...VALUES);
/** Which statement has which registration, and from which revision on that is known: a reference may have its target's. */
const entry = fc.record({ value: registration, revision, late: fc.option(fc.nat(LAST), { freq: 3 }) });
type Entry = { value: string; revision: number; late: number | null };

let database: DatabaseSync;
beforeAll(() => {
  database = new DatabaseSync(':memory:');
  database.exec(STATEMENT_TABLES.tables);
});
afterAll(() => database.close());

function inOneRow(count: number): string[] {
  const values: string[] = [randomUUID()];
  while (values.length < count) {
    const value = randomUUID();
    if (registrationsName(value) === registrationsName(values[0]!)) values.push(value);
  }
  return values;
}

const knownAt = ({ revision, late }: Entry) => Math.max(revision, late ?? revision);

/** @param bounds where a merge ended, and the next one began */
function fill(entries: readonly Entry[], bounds: readonly number[] = []): void {
  database.exec('DELETE FROM postings');
  const inOrder = entries.toSorted((one, other) => knownAt(one) - knownAt(other));
  const ends = [...bounds, LAST + 10].sort((a, b) => a - b);
  ends.forEach((end, i) => {
    const begin = ends[i - 1] ?? 0;
    const registrations = new UuidList();
    for (const entry of inOrder) {
      if (begin <= knownAt(entry) && knownAt(entry) < end) registrations.add(entry.value, entry.revision);
    }
    writeRegistrations(database, registrations, begin);
  });
}

function found(value: string, direction: Direction): number[] {
  const sequence = tableSequence(database, registrationsName(value), direction, (row) => offsetsWith(value, row));
  return [...walk(sequence, direction === 'ascending' ? 0 : LAST + 10, direction)];
}

const entries = fc.array(entry, { maxLength: 60 });

it('the statements of a registration are found in both directions, each once, and no others', () => {
  fc.assert(
    fc.property(entries, fc.array(revision, { maxLength: 3 }), (entries, bounds) => {
      fill(entries, bounds);
      for (const value of new Set(entries.map(({ value }) => value))) {
        const own = entries.filter((entry) => entry.value === value).map(({ revision }) => revision);
        const expected = [...new Set(own)].sort((a, b) => a - b);
        expect(found(value, 'ascending')).toEqual(expected);
        expect(found(value, 'descending')).toEqual(expected.toReversed());
      }
      expect(found('ffffffff-0000-4000-8000-000000000000', 'ascending')).toEqual([]);
    }),
  );
});

it('the rows are the same in whatever portions they were written, late ones among older ones too', () => {
  const rows = () => database.prepare('SELECT name, block, hex(revisions) AS revisions FROM postings').all();
  fc.assert(
    fc.property(entries, fc.array(revision, { maxLength: 4 }), (entries, bounds) => {
      fill(entries);
      const expected = rows();
      fill(entries, bounds);
      expect(rows()).toEqual(expected);
    }),
  );
});

it('in a segment they are found whenever somebody asks, also between additions', () => {
  fc.assert(
    fc.property(entries, registration, (entries, asked) => {
      const registrations = new UuidList();
      const expected = new Set<number>();
      for (const { value, revision } of entries) {
        registrations.add(value, revision);
        if (value === asked) expected.add(revision);
        if (revision % 5 === 0) expect(registrations.of(asked)).toEqual([...expected].sort((a, b) => a - b));
      }
      expect(registrations.of(asked)).toEqual([...expected].sort((a, b) => a - b));
    }),
  );
});

it('many late ones among older ones are written together', () => {
  database.exec('DELETE FROM postings');
  const [older, late] = [new UuidList(), new UuidList()];
  for (let i = 0; i < BLOCK_REVISIONS; i++) (i % 2 === 0 ? late : older).add(VALUES[0]!, i);
  writeRegistrations(database, older, 0);
  writeRegistrations(database, late, BLOCK_REVISIONS);
  expect(found(VALUES[0]!, 'ascending')).toEqual(Array.from({ length: BLOCK_REVISIONS }, (_, i) => i));
});
