import { mayVoid } from '../../projections/statement_index.ts';
import { keysOf, type StatementKeys } from '../../projections/statement_keys.ts';
import { LedgerlineError } from '../errors.ts';
import { currentVersion, decode, encode } from '../events/codec.ts';
import { stamp, statementBytes } from '../events/statement_bytes.ts';
import type { EventData, EventType } from '../events/types.ts';
import type { NewEvent } from '../ledger/ledger.ts';
import { sameStatement } from '../xapi/equality.ts';
import type { Command, IssueCredential, RevokeCredential, StoreStatements } from './command.ts';

/** What the decisions of a group see: everything that is applied, and what the group has accepted so far. */
export interface Knowledge {
  /** The data of the event that stored a statement (id in lower case), or undefined. */
  statement(id: string): Uint8Array | undefined;
  /** Whether the credential exists, and is not revoked. */
  credential(key: string): 'unknown' | 'valid' | 'revoked';
}

/** What a command becomes when it is accepted: events, none when everything it asks for is already so. */
export interface Accepted {
  readonly events: readonly Draft[];
  /** The keys of its statements for the tail, when it stores any: JSON text of `StatementKeys[]`. */
  readonly keys?: string;
}

export interface Draft {
  readonly event: NewEvent;
  /** The statement's id (lower case) when the event stores one. */
  readonly statement?: string;
}

/** What the sequencer gives to a decision. */
export interface Append {
  /** The time that the append will carry: 27 characters. */
  readonly time: string;
  /** The id of the command's i-th event: drawn once, and the same when the command is decided again. */
  eventId(i: number): string;
}

/**
 * Decides a command against what is known. It may be decided again, for another append; the statements' bytes are stamped in place.
 * @throws the refusal, a `LedgerlineError`: then nothing of the command is stored
 */
export function decide(command: Command, knowledge: Knowledge, append: Append): Accepted {
  switch (command.kind) {
    case 'store-statements':
      return decideStatements(command, knowledge, append);
    case 'issue-credential':
      return decideIssue(command, knowledge, append);
    case 'revoke-credential':
      return decideRevoke(command, knowledge, append);
  }
}

/**
 * Same id and same content: nothing to do for that statement. Same id and other content: 409, and nothing of the request is stored
 * (xAPI 1.0.3 Communication 2.1.1, 2.1.2). A voiding of another authority's statement needs a credential that may (Data 2.3.2).
 */
function decideStatements(command: StoreStatements, knowledge: Knowledge, append: Append): Accepted {
  const { bytes, ends, entries, credential } = command;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: Draft[] = [];
  const skipped = new Set<number>();
  const version = currentVersion('statement-stored');
  entries.forEach(({ id, stampTimestamp, voids }, i) => {
    const data = buffer.subarray(i === 0 ? 0 : ends[i - 1]!, ends[i]!);
    stamp(data, append.time, stampTimestamp);
    const known = knowledge.statement(id);
    if (known !== undefined) {
      if (!sameContent(known, data, stampTimestamp)) throw otherContent(id, pointer(command, i));
      skipped.add(i);
      return;
    }
    if (voids !== undefined) refuseForeignVoiding(keysAt(command, i), voids, knowledge, pointer(command, i));
    events.push({
      event: { id: append.eventId(i), type: 'statement-stored', version, credential, data },
      statement: id,
    });
  });
  if (events.length === 0) return { events };
  return { events, keys: skipped.size === 0 ? command.keys : withoutSkipped(command.keys, skipped) };
}

function sameContent(known: Uint8Array, data: Buffer, timestampIsOurs: boolean): boolean {
  const stored = JSON.parse(statementBytes(known).toString('utf8'));
  const received = JSON.parse(statementBytes(data).toString('utf8'));
  if (timestampIsOurs) delete received.timestamp;
  return sameStatement(stored, received);
}

function withoutSkipped(keys: string, skipped: ReadonlySet<number>): string {
  return JSON.stringify((JSON.parse(keys) as StatementKeys[]).filter((_, i) => !skipped.has(i)));
}

function keysAt(command: StoreStatements, i: number): StatementKeys {
  return JSON.parse(command.keys)[i];
}

function refuseForeignVoiding(voiding: StatementKeys, target: string, knowledge: Knowledge, at: string): void {
  const known = knowledge.statement(target);
  if (known === undefined) return;
  const { statement, voidsAny } = decode('statement-stored', 1, known);
  const voided = keysOf(statement, voidsAny === true);
  // A voiding statement cannot be voided: such a statement is accepted, and voids nothing.
  if (voided.voids || mayVoid(voiding, voided)) return;
  throw new LedgerlineError('forbidden', `The statement ${target} is of another authority.`, {
    property: `${at}/object/id`,
    rule: 'only the authority that stated, or a credential with the scope all, voids',
    spec: 'xAPI 1.0.3 Data 2.3.2',
  });
}

function otherContent(id: string, at: string): LedgerlineError {
  return new LedgerlineError('conflict', `There is another statement with the id ${id}.`, {
    property: `${at}/id`,
    rule: 'a statement never changes; the same id with other content is refused',
    spec: 'xAPI 1.0.3 Communication 2.1.1',
  });
}

function pointer(command: StoreStatements, i: number): string {
  return command.batch ? `/${i}` : '';
}

function decideIssue({ credential, data }: IssueCredential, knowledge: Knowledge, append: Append): Accepted {
  if (knowledge.credential(data.key) !== 'unknown')
    throw new LedgerlineError('conflict', `There is or was a credential ${data.key}.`, { property: 'key' });
  return { events: [{ event: newEvent('credential-issued', credential, data, append) }] };
}

function decideRevoke({ credential, data }: RevokeCredential, knowledge: Knowledge, append: Append): Accepted {
  const known = knowledge.credential(data.key);
  if (known === 'unknown')
    throw new LedgerlineError('not_found', `There is no credential ${data.key}.`, { property: 'key' });
  if (known === 'revoked') return { events: [] };
  return { events: [{ event: newEvent('credential-revoked', credential, data, append) }] };
}

function newEvent<T extends EventType>(type: T, credential: string, data: EventData[T], append: Append): NewEvent {
  return { id: append.eventId(0), type, credential, ...encode(type, data) };
}
