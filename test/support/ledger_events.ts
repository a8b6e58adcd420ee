import type { RecordedEvent } from '../../src/ledger/ledger.ts';
import { SqliteLedgerReader } from '../../src/ledger/sqlite_reader.ts';

/** All events of a ledger's file, in the order of their revisions. */
export function eventsOf(ledgerFile: string): RecordedEvent[] {
  const reader = SqliteLedgerReader.open(ledgerFile);
  try {
    return reader.portion(0, reader.head().revision + 1);
  } finally {
    reader.close();
  }
}

/** The ids of the statements that the events of a ledger's file store, in their order. */
export function statementIdsOf(ledgerFile: string): string[] {
  return eventsOf(ledgerFile)
    .filter(({ type }) => type === 'statement-stored')
    .map(({ data }) => JSON.parse(Buffer.from(data).toString('utf8')).statement.id);
}
