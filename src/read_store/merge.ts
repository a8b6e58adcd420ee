import type { DatabaseSync } from 'node:sqlite';
import { inherited } from '../../projections/statement_index.ts';
import type { ActivityDefinition } from '../xapi/statement.ts';
import { definitionAfter } from './activity_definitions.ts';
import type { Segment } from './segment.ts';
import { uuidBytes } from './statement_tables.ts';

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
    const terms = this.#number(segment);
    this.#writeStatements(segment);
    this.#writePostings(segment, terms);
    this.#writeHistory(segment, terms);
    this.#writeDefinitions(segment, terms);
    // An append may have its end in another segment than its beginning: the later revision stands.
    const insertMoment = this.#database.prepare('INSERT OR REPLACE INTO moments VALUES (?, ?)');
    for (const { recorded, revision } of segment.moments) insertMoment.run(recorded, revision);
  }

  /**
   * Gives every term of the segment its number: the known ones theirs, the new ones the next, in order of appearance.
   */
  #number(segment: Segment): Map<string, number> {
    if (this.#terms.size > REMEMBERED_TERMS) this.#terms.clear();
    const known = this.#database.prepare('SELECT term FROM terms WHERE name = ?');
    const numbers = new Map<string, number>();
    const created: string[] = [];
    const add = (name: string) => {
      if (numbers.has(name)) return;
      let number = this.#terms.get(name) ?? (known.get(name) as { term: number } | undefined)?.term;
      if (number === undefined) {
        number = this.#nextTerm++;
        created.push(name);
      }
      numbers.set(name, number);
      this.#terms.set(name, number);
    };
    for (const { keys } of segment.statements) {
      for (const term of keys.terms) add(term);
      // The terms that references may take over have their numbers from here, whichever segment the references are in.
      for (const term of inherited(keys.terms)) add(term);
      for (const learner of keys.learners) add(learner);
      add(keys.verb);
      if (keys.activity !== null) add(keys.activity);
      for (const { activity } of keys.definitions) add(activity);
    }
    // What a reference took over is numbered by now: with its target, here or in a segment before.
    for (const term of segment.postings.keys()) add(term);
    const insert = this.#database.prepare('INSERT INTO terms VALUES (?, ?)');
    for (const name of created.sort()) insert.run(name, numbers.get(name)!);
    return numbers;
  }

  #writeStatements({ statements, voidings }: Segment): void {
    const insertStatement = this.#database.prepare('INSERT INTO statements VALUES (?, ?, NULL)');
    const insertReferrer = this.#database.prepare('INSERT INTO referrers VALUES (?, ?)');
    const voidStatement = this.#database.prepare(
      'UPDATE statements SET voided = ? WHERE revision = ? AND voided IS NULL',
    );
    for (const { revision, keys } of statements) {
      insertStatement.run(revision, keys.target === null ? 0 : 1);
      if (keys.target !== null) insertReferrer.run(uuidBytes(keys.target), revision);
    }
    for (const [revision, by] of voidings) voidStatement.run(by, revision);
    const insertId = this.#database.prepare('INSERT INTO ids VALUES (?, ?)');
    for (const { keys, revision } of statements.toSorted((a, b) => (a.keys.id < b.keys.id ? -1 : 1))) {
      insertId.run(uuidBytes(keys.id), revision);
    }
  }

  #writePostings({ postings }: Segment, terms: ReadonlyMap<string, number>): void {
    const insert = this.#database.prepare('INSERT INTO postings VALUES (?, ?) ON CONFLICT DO NOTHING');
    const lists = Array.from(postings, ([name, revisions]) => ({ term: terms.get(name)!, revisions }));
    for (const { term, revisions } of lists.sort((a, b) => a.term - b.term)) {
      for (const revision of revisions) insert.run(term, revision);
    }
  }

  #writeHistory({ history }: Segment, terms: ReadonlyMap<string, number>): void {
    const insert = this.#database.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?)');
    const accounts = Array.from(history, ([name, entries]) => ({ account: terms.get(name)!, entries }));
    for (const { account, entries } of accounts.sort((a, b) => a.account - b.account)) {
      for (const { at, revision, verb, activity } of entries) {
        insert.run(account, at, revision, terms.get(verb)!, activity === null ? null : terms.get(activity)!);
      }
    }
  }

  #writeDefinitions(segment: Segment, terms: ReadonlyMap<string, number>): void {
    const known = this.#database.prepare('SELECT print, definition FROM activities WHERE activity = ?');
    const put = this.#database.prepare('INSERT OR REPLACE INTO activities VALUES (?, ?, ?)');
    for (const activity of segment.definitions.keys()) {
      const number = terms.get(activity)!;
      const row = known.get(number) as { print: number; definition: string } | undefined;
      const before = row && { print: row.print, definition: JSON.parse(row.definition) as ActivityDefinition };
      const after = definitionAfter(before, activity, segment, this.#dataAt);
      if (after && after !== before) put.run(number, after.print, JSON.stringify(after.definition));
    }
  }
}
