import type { DatabaseSync } from 'node:sqlite';
import type { StatementEvent, StatementView } from '../../projections/statement_index.ts';
import type { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { statementEventAt } from './ledger_statements.ts';
import { uuidBytes } from './statement_tables.ts';

/** The merged statements as the projections see them: found by the tables, their keys taken from the event itself. */
export function tableView(database: DatabaseSync, ledger: SqliteLedgerReader): StatementView {
  const byId = database.prepare('SELECT revision FROM ids WHERE id = ?');
  const byTarget = database.prepare('SELECT revision FROM referrers WHERE target = ? ORDER BY revision');
  const eventAt = ({ revision }: { revision: number }): StatementEvent =>
    statementEventAt(revision, ledger.dataAt(revision)!);
  return {
    find(id) {
      const row = byId.get(uuidBytes(id)) as { revision: number } | undefined;
      return row && eventAt(row);
    },
    referrersOf(id) {
      return (byTarget.all(uuidBytes(id)) as { revision: number }[]).map(eventAt);
    },
  };
}
