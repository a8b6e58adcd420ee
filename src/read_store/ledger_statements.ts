import type { StatementEvent } from '../../projections/statement_index.ts';
import { type Beside, keysOf, type StatementKeys } from '../../projections/statement_keys.ts';
import { currentVersion, decode } from '../events/codec.ts';
import type { StatementStored } from '../events/types.ts';
import type { RecordedEvent } from '../ledger/ledger.ts';
import type { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { microsOf } from '../xapi/instant.ts';
import { parseJson } from '../xapi/parse_json.ts';
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

/** How many events are read at once, if they are no larger. */
const TOGETHER = 200;
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * The statements of some revisions as the tail would have them, append by append.
 * @throws what parsing throws, when an event's data are no JSON, and `damaged` for an unknown version
 */
export function* rowsFrom(ledger: SqliteLedgerReader, segment: number, from: number, to: number): Generator<TailRow> {
  for (let next = from; next <= to; next += TOGETHER) {
    yield* inRows(statementsBetween(ledger, next, Math.min(to, next + TOGETHER - 1)), segment);
  }
}

/** Statements, ascending, in rows of those that follow one another in one append. */
export function inRows(statements: readonly StatementEvent[], segment: number): TailRow[] {
  const rows: (TailRow & { lastRevision: number; readonly keys: StatementKeys[] })[] = [];
  for (const { revision, recorded, keys } of statements) {
    const row = rows.at(-1);
    if (row?.recorded === recorded && row.lastRevision + 1 === revision) {
      row.lastRevision = revision;
      row.keys.push(keys);
    } else rows.push({ segment, firstRevision: revision, lastRevision: revision, recorded, keys: [keys] });
  }
  return rows;
}

function statementsBetween(ledger: SqliteLedgerReader, from: number, to: number): StatementEvent[] {
  const text = ledger.statementsAsJson(from, to, MOST_BYTES);
  const joined = text && parsed(text);
  if (joined?.every(([, , version]) => version === currentVersion('statement-stored'))) {
    return joined.map(([revision, recorded, , stored]) => {
      return { revision, recorded, keys: keysOf(stored.statement, besideOf(stored)) };
    });
  }
  // One by one they take less memory, and whichever is damaged is named.
  const events = ledger.portion(from, to + 1 - from);
  return events.filter(({ type }) => type === 'statement-stored').map(toStatementEvent);
}

type Joined = readonly [revision: number, recorded: number, version: number, stored: StatementStored];

function parsed({ buffer, byteOffset, byteLength }: Uint8Array): Joined[] | undefined {
  try {
    return parseJson(Buffer.from(buffer, byteOffset, byteLength).toString()) as Joined[];
  } catch {
    return undefined;
  }
}

function besideOf({ voidsAny, defines, blobs = [] }: StatementStored): Beside {
  return { voidsAny: voidsAny === true, defines: defines === true, blobs: blobs.map(({ sha256 }) => sha256) };
}
