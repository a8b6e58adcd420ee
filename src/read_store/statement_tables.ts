import type { ProjectionSchema } from './projection_file.ts';

/**
 * The tables of the statements' file. What is in histories (accounts, verbs, activities) stands once in `terms`,
 * numbered in the order in which it first appears in the ledger; `history` and `activities` hold the numbers. The parts
 * of a history: see `history_parts.ts`. The index terms stand in `postings`, see `postings.ts`, the ids in `ids`, see
 * `id_table.ts`. Of the statements those are `marked` that refer to a target or are voided. Revisions are ledger
 * revisions; `at` and `recorded` are microseconds. A definition is JSON.
 */
export const STATEMENT_TABLES: ProjectionSchema = {
  name: 'statements',
  version: 7,
  tables: `
    CREATE TABLE terms (name TEXT PRIMARY KEY, term INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE postings (block INTEGER, name TEXT, revisions BLOB NOT NULL,
      PRIMARY KEY (block, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE id_runs (first INTEGER PRIMARY KEY, revisions INTEGER NOT NULL) STRICT;
    CREATE TABLE ids (place INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
    CREATE TABLE marked (revision INTEGER PRIMARY KEY, target BLOB, voided INTEGER) STRICT;
    CREATE TABLE referrers (target BLOB, revision INTEGER, PRIMARY KEY (target, revision)) STRICT, WITHOUT ROWID;
    CREATE TABLE history (part INTEGER, account INTEGER, at INTEGER, revision INTEGER, verb INTEGER NOT NULL,
      activity INTEGER, PRIMARY KEY (part, account, at, revision)) STRICT, WITHOUT ROWID;
    CREATE TABLE activities (activity INTEGER PRIMARY KEY, print INTEGER NOT NULL, definition TEXT NOT NULL) STRICT;
    CREATE TABLE moments (recorded INTEGER PRIMARY KEY, revision INTEGER NOT NULL) STRICT;
  `,
};
