import type { StatementEvent } from '../../projections/statement_index.ts';
import { keysOf } from '../../projections/statement_keys.ts';
import { decode } from '../events/codec.ts';
import type { StatementStored } from '../events/types.ts';
import type { RecordedEvent } from '../ledger/ledger.ts';
import { microsOf } from '../xapi/instant.ts';

/** The statement in the data of a `statement-stored` event, with its keys, as the projections see it. */
export function toStatementEvent(event: RecordedEvent): StatementEvent {
  const { statement, voidsAny } = decode('statement-stored', event.version, event.data);
  return { revision: event.revision, recorded: event.recorded, keys: keysOf(statement, voidsAny === true) };
}

/** As `toStatementEvent`, from the data alone: `stored` is the time recorded. */
export function statementEventAt(revision: number, data: Uint8Array): StatementEvent {
  const stored: StatementStored = decode('statement-stored', 1, data);
  const recorded = Number(microsOf(stored.statement.stored!));
  return { revision, recorded, keys: keysOf(stored.statement, stored.voidsAny === true) };
}
