import type { StatementEvent } from '../../projections/statement_index.ts';
import { type Beside, keysOf } from '../../projections/statement_keys.ts';
import { decode } from '../events/codec.ts';
import type { StatementStored } from '../events/types.ts';
import { PORTION, type RecordedEvent } from '../ledger/ledger.ts';
import type { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { microsOf } from '../xapi/instant.ts';
import type { TailRow } from './segment.ts';

/** The statement in a `statement-stored` event, with its keys, as the projections see it. */
export function toStatementEvent({ revision, recorded, version, data }: RecordedEvent): StatementEvent {
  const stored = decode('statement-stored', version, data);
  return { revision, recorded, keys: keysOf(stored.statement, besideOf(stored)) };
}

/** As `toStatementEvent`, from the data alone: `stored` is the time recorded. */
export function statementEventAt(revision: number, data: Uint8Array): StatementEvent {
  const stored = decode('statement-stored', 1, data);
  const recorded = Number(microsOf(stored.statement.stored!));
  return { revision, recorded, keys: keysOf(stored.statement, besideOf(stored)) };
}

/**
 * The statements of some revisions as the tail would have them, one by one.
 * @throws `damaged` when an event's data is none of a statement
 */
export function* rowsFrom(ledger: SqliteLedgerReader, segment: number, from: number, to: number): Generator<TailRow> {
  for (let next = from; next <= to; next += PORTION) {
    for (const event of ledger.portion(next, Math.min(PORTION, to + 1 - next))) {
      if (event.type !== 'statement-stored') continue;
      const { revision: firstRevision, recorded, keys } = toStatementEvent(event);
      yield { segment, firstRevision, recorded, keys: [keys] };
    }
  }
}

function besideOf({ voidsAny, defines, blobs = [] }: StatementStored): Beside {
  return { voidsAny: voidsAny === true, defines: defines === true, blobs: blobs.map(({ sha256 }) => sha256) };
}
