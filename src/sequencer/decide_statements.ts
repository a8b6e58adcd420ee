import { keysIn, keysText } from '../../projections/keys_text.ts';
import { mayVoid } from '../../projections/statement_index.ts';
import type { StatementKeys } from '../../projections/statement_keys.ts';
import { LedgerlineError } from '../errors.ts';
import { currentVersion } from '../events/codec.ts';
import { stamp, statementBytes } from '../events/statement_bytes.ts';
import type { NewEvent } from '../ledger/ledger.ts';
import { statementEventAt } from '../read_store/ledger_statements.ts';
import type { OwnStatement } from '../xapi/completion.ts';
import { sameStatement } from '../xapi/equality.ts';
import { parseJson } from '../xapi/parse_json.ts';
import type { Statement } from '../xapi/statement.ts';
import type { Accepted, Append, Knowledge } from './accepted.ts';
import type { StoreStatements } from './command.ts';

/**
 * Same id and same content: nothing to do for that statement. Same id and other content: 409, and nothing of the
 * request is stored (xAPI 1.0.3 Communication 2.1.1, 2.1.2). A voiding of another authority's statement needs a
 * credential that may (Data 2.3.2).
 */
export function decideStatements(command: StoreStatements, knowledge: Knowledge, append: Append): Accepted {
  const { texts, credential } = command;
  const events: NewEvent[] = [];
  const ids: string[] = [];
  const skipped = new Set<number>();
  const version = currentVersion('statement-stored');
  const untimed = new Set(command.untimed);
  const voidings = new Map(command.voidings);
  command.ids.forEach((id, i) => {
    const data = Buffer.from(texts[i]!);
    stamp(data, append.time, untimed.has(i));
    const known = knowledge.statement(id);
    if (known !== undefined) {
      if (!sameContent(known, data, untimed.has(i))) throw otherContent(id, pointer(command, i));
      skipped.add(i);
      return;
    }
    const voids = voidings.get(i);
    if (voids !== undefined) refuseForeignVoiding(keysAt(command, i), voids, knowledge, pointer(command, i));
    events.push({ id: append.eventId(i), type: 'statement-stored', version, credential, data });
    ids.push(id);
  });
  if (events.length === 0) return { events };
  const keys = skipped.size === 0 ? command.keys : withoutSkipped(command.keys, skipped);
  return { events, statements: { ids, keys } };
}

function sameContent(known: Uint8Array, data: Buffer, timestampIsOurs: boolean): boolean {
  const stored = parseJson(statementBytes(known).toString('utf8')) as Statement;
  const received = parseJson(statementBytes(data).toString('utf8')) as OwnStatement;
  if (timestampIsOurs) delete received.timestamp;
  return sameStatement(stored, received);
}

function withoutSkipped(keys: string, skipped: ReadonlySet<number>): string {
  return keysText(keysIn(keys).filter((_, i) => !skipped.has(i)));
}

function keysAt(command: StoreStatements, i: number): StatementKeys {
  return keysIn(command.keys)[i]!;
}

function refuseForeignVoiding(voiding: StatementKeys, target: string, knowledge: Knowledge, at: string): void {
  const known = knowledge.statement(target);
  if (known === undefined) return;
  const voided = statementEventAt(0, known).keys;
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
