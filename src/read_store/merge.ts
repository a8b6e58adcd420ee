import type { DatabaseSync } from 'node:sqlite';
import { RELATIONS, termText } from '../../projections/statement_keys.ts';
import { parseJson } from '../xapi/parse_json.ts';
import type { ActivityDefinition } from '../xapi/statement.ts';
import { definitionAfter } from './activity_definitions.ts';
import { BulkInsert } from './bulk_insert.ts';
import { partOf } from './history_parts.ts';
import { IdsWriter } from './id_table.ts';
import { EVERY_STATEMENT, PostingsWriter } from './postings.ts';
import { writeRegistrations } from './registrations.ts';
import type { Segment } from './segment.ts';
import { uuidBytes } from './uuid_bytes.ts';

/** How many terms keep their number in memory between merges: the frequent ones come back with every segment. */
const REMEMBERED_TERMS = 200_000;

/**
 * Writes segments into the tables. Every index is written in its own order: inserting sorted rows by the ten thousands
 * costs a tenth of inserting them as they come. Numbers of terms follow the order of events, so a rebuilt file equals
 * the live one whatever the segments were.
 */
export class Merger {
  readonly #database: DatabaseSync;
  readonly #terms = new Map<string, number>();
  readonly #dataAt: (revision: number) => Uint8Array;
  #nextTerm: number;

  /** @param dataAt reads the data of a statement's event */
  constructor(database: DatabaseSync, dataAt: (revision: number) => Uint8Array) {
    this.#database = database;
    this.#dataAt = dataAt;
    const row = database.prepare('SELECT count(*) AS terms FROM terms').get() as { terms: number };
    this.#nextTerm = row.terms;
  }

  /** Writes one segment. The caller holds the transaction. */
  write(segment: Segment): void {
    const numbers = this.#number(segment);
    this.#writeStatements(segment);
    this.#writePostings(segment);
    this.#writeHistory(segment, numbers);
    this.#writeDefinitions(segment, numbers);
    // An append may have its end in another segment than its beginning: the later revision stands.
    const insertMoment = this.#database.prepare('INSERT OR REPLACE INTO moments VALUES (?, ?)');
    for (const { recorded, revision } of segment.moments) insertMoment.run(recorded, revision);
  }

  /**
   * Gives every name of the segment's histories and definitions its number: the known ones theirs, the new ones the
   * next, in order of appearance. They are looked up in the order of the table, in which each is near the one before.
   */
  #number({ names, recurring }: Segment): Numbers {
    if (this.#terms.size > REMEMBERED_TERMS) this.#terms.clear();
    const known = this.#database.prepare('SELECT term FROM terms WHERE name = ?');
    const unknown = new Set<string>();
    for (const text of Array.from(recurring, (name) => names[name]!).sort()) {
      if (this.#terms.has(text)) continue;
      const row = known.get(text) as { term: number } | undefined;
      if (row) this.#terms.set(text, row.term);
      else unknown.add(text);
    }
    const numbers = new Map<number, number>();
    for (const name of recurring) {
      const text = names[name]!;
      if (unknown.has(text)) this.#terms.set(text, this.#nextTerm++);
      numbers.set(name, this.#terms.get(text)!);
    }
    const rows = new BulkInsert(this.#database, 'INSERT INTO terms', 2);
    for (const text of unknown) rows.add(text, this.#terms.get(text)!);
    rows.flush();
    return numbers;
  }

  #writeStatements({ ids, referring, voidings }: Segment): void {
    const refers = this.#database.prepare('INSERT INTO marked VALUES (?, ?, NULL)');
    const insertReferrer = this.#database.prepare('INSERT INTO referrers VALUES (?, ?)');
    for (const { revision, keys } of referring.values()) {
      const target = uuidBytes(keys.target!);
      refers.run(revision, target);
      insertReferrer.run(target, revision);
    }
    const voidStatement = this.#database.prepare(
      'INSERT INTO marked VALUES (?, NULL, ?) ON CONFLICT DO UPDATE SET voided = ifnull(voided, excluded.voided)',
    );
    for (const [revision, by] of voidings) voidStatement.run(revision, by);
    new IdsWriter(this.#database).write(ids.uuids, ids.revisions);
  }

  #writePostings(segment: Segment): void {
    const { statements } = segment;
    const rows = new PostingsWriter(this.#database);
    const newest = statements[0]!;
    rows.add(EVERY_STATEMENT, statements, newest);
    const names = segment.namesListed();
    for (const relation of RELATIONS) {
      for (const name of names[relation]!) {
        rows.add(termText({ relation, value: name.text }), segment.listedUnder(name), newest);
      }
    }
    rows.flush();
    writeRegistrations(this.#database, segment.registrations, newest);
  }

  #writeHistory(segment: Segment, numbers: Numbers): void {
    const rows = new BulkInsert(this.#database, 'INSERT INTO history', 6);
    for (const [name, account] of [...numbers].sort(([, a], [, b]) => a - b)) {
      for (const { at, revision, verb, activity } of segment.historyOf(name)) {
        const object = activity === null ? null : numbers.get(activity)!;
        rows.add(partOf(revision), account, at, revision, numbers.get(verb)!, object);
      }
    }
    rows.flush();
  }

  #writeDefinitions(segment: Segment, numbers: Numbers): void {
    const known = this.#database.prepare('SELECT print, definition FROM activities WHERE activity = ?');
    const put = this.#database.prepare('INSERT OR REPLACE INTO activities VALUES (?, ?, ?)');
    for (const name of segment.definitions.keys()) {
      const number = numbers.get(name)!;
      const row = known.get(number) as { print: number; definition: string } | undefined;
      const before = row && { print: row.print, definition: parseJson(row.definition) as ActivityDefinition };
      const after = definitionAfter(before, segment.names[name]!, segment, this.#dataAt);
      if (after && after !== before) put.run(number, after.print, JSON.stringify(after.definition));
    }
  }
}

/** By the number of a name in its segment: its number in the tables. */
type Numbers = ReadonlyMap<number, number>;
