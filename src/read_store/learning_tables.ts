import { LEARNING } from '../../projections/registry.ts';
import type { RowGroup } from './row_tables.ts';

/**
 * People, policy and certificates. Every row keeps the ledger revision that made it, and the one that ended it
 * (`withdrawn`, `undone`, `refused`), so that an answer as known at a revision is a filter. `written` is the identifier
 * as it was given, null where that is the account. `value`, `proof` and `data` are JSON; days are `YYYY-MM-DD`.
 */
export const LEARNING_GROUP: RowGroup = {
  schema: {
    name: 'learning',
    version: 4,
    tables: `
      CREATE TABLE policy (kind TEXT, id TEXT, revision INTEGER, data TEXT NOT NULL,
        PRIMARY KEY (kind, id, revision)) STRICT, WITHOUT ROWID;
      CREATE INDEX policy_by_revision ON policy (revision);
      CREATE TABLE facts (person TEXT, agency TEXT, place TEXT, name TEXT, key TEXT, revision INTEGER, ordinal INTEGER,
        from_day TEXT NOT NULL, to_day TEXT, value TEXT NOT NULL,
        PRIMARY KEY (person, agency, place, name, key, revision, ordinal)) STRICT, WITHOUT ROWID;
      CREATE INDEX facts_assigned ON facts (agency, person) WHERE name = 'assigned';
      CREATE INDEX facts_enrolled ON facts (value, key, person) WHERE name = 'enrolled';
      CREATE TABLE links (revision INTEGER PRIMARY KEY, account TEXT NOT NULL, written TEXT, person TEXT NOT NULL,
        claim INTEGER, withdrawn INTEGER) STRICT;
      CREATE INDEX links_by_account ON links (account);
      CREATE INDEX links_by_person ON links (person);
      CREATE INDEX links_by_claim ON links (claim) WHERE claim IS NOT NULL;
      CREATE TABLE claims (revision INTEGER PRIMARY KEY, account TEXT NOT NULL, written TEXT, person TEXT NOT NULL,
        proof TEXT, refused INTEGER) STRICT;
      CREATE INDEX claims_by_person ON claims (person);
      CREATE TABLE merges (person TEXT, revision INTEGER, other TEXT NOT NULL, undone INTEGER,
        PRIMARY KEY (person, revision)) STRICT, WITHOUT ROWID;
      CREATE INDEX merges_by_revision ON merges (revision);
      CREATE TABLE certificates (revision INTEGER PRIMARY KEY, person TEXT NOT NULL, data TEXT NOT NULL) STRICT;
      CREATE INDEX certificates_by_person ON certificates (person);
      CREATE TABLE certificate_decisions (certificate TEXT, revision INTEGER, kind TEXT NOT NULL, data TEXT NOT NULL,
        PRIMARY KEY (certificate, revision)) STRICT, WITHOUT ROWID;
      CREATE TABLE requests (credential TEXT, key TEXT, digest TEXT NOT NULL, revision INTEGER NOT NULL,
        PRIMARY KEY (credential, key)) STRICT, WITHOUT ROWID;
    `,
  },
  projections: LEARNING,
};
