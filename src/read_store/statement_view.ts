import type { DatabaseSync } from 'node:sqlite';
import type { StatementEvent, StatementView } from '../../projections/statement_index.ts';
import type { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { IdTable } from './id_table.ts';
import { statementEventAt } from './ledger_statements.ts';
import type { ReferredIds } from './referred_ids.ts';
import { uuidBytes } from './uuid_bytes.ts';

/**
 * The merged statements as the projections see them: found by the tables, their keys taken from the event itself.
 * @param referredTo holds what the merged statements refer to
 */
export function tableView(database: DatabaseSync, ledger: SqliteLedgerReader, referredTo: ReferredIds): StatementView {
  const ids = new IdTable(database);
  const byTarget = database.prepare('SELECT revision FROM referrers WHERE target = ? ORDER BY revision');
  const eventAt = (revision: number): StatementEvent => statementEventAt(revision, ledger.dataAt(revision)!);
  return {
    find(id) {
      const revision = ids.revisionOf(uuidBytes(id));
      return revision === undefined ? undefined : eventAt(revision);
    },
    referrersOf(id) {
      const bytes = uuidBytes(id);
      if (!referredTo.mayHold(bytes)) return [];
      return (byTarget.all(bytes) as { revision: number }[]).map(({ revision }) => eventAt(revision));
    },
  };
}
