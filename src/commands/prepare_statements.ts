import { keysOf, type StatementKeys } from '../../projections/statement_keys.ts';
import { encodeText } from '../events/codec.ts';
import { UNSTAMPED } from '../events/statement_bytes.ts';
import type { Scope } from '../identity/scopes.ts';
import type { StatementEntry, StoreStatements } from '../sequencer/command.ts';
import type { Credential } from '../store.ts';
import { completeStatement } from '../xapi/completion.ts';
import { isVoiding, type Statement } from '../xapi/statement.ts';
import { refuseRepeatedIds, validateStatement } from '../xapi/validation.ts';
import type { XapiVersion } from '../xapi/version.ts';

export interface Prepared {
  readonly command: StoreStatements;
  /** The statements' ids in their order, as sent where they were sent. */
  readonly ids: readonly string[];
}

/**
 * Turns the statements of a request into one command: checked, completed, and in the bytes that the ledger will keep.
 * @param values what the body held; `batch`: it was an array of them
 * @throws `invalid_statement` that names the property, the rule and the section
 */
export function prepareStatements(
  values: readonly unknown[],
  batch: boolean,
  version: XapiVersion,
  credential: Credential,
): Prepared {
  values.forEach((value, i) => {
    validateStatement(value, version, batch ? `/${i}` : '');
  });
  const statements = values as readonly Statement[];
  refuseRepeatedIds(statements);
  const authority = JSON.parse(credential.authority);
  const mayVoidAny = credential.scopes.includes('all' satisfies Scope);
  const texts: string[] = [];
  const entries: StatementEntry[] = [];
  const keys: StatementKeys[] = [];
  const ids: string[] = [];
  for (const sent of statements) {
    const complete = completeStatement(sent, { id: sent.id ?? crypto.randomUUID(), authority, version });
    const voidsAny = mayVoidAny && isVoiding(complete);
    const statementKeys = keysOf(complete, voidsAny);
    const stampTimestamp = complete.timestamp === undefined;
    const times = stampTimestamp ? { timestamp: UNSTAMPED, stored: UNSTAMPED } : { stored: UNSTAMPED };
    const statement = { ...complete, ...times };
    texts.push(encodeText('statement-stored', voidsAny ? { voidsAny: true, statement } : { statement }));
    keys.push(statementKeys);
    ids.push(complete.id!);
    entries.push({
      id: statementKeys.id,
      stampTimestamp,
      ...(statementKeys.voids ? { voids: statementKeys.target! } : {}),
    });
  }
  const { bytes, ends } = pack(texts);
  const command: StoreStatements = {
    kind: 'store-statements',
    credential: credential.key,
    bytes,
    ends,
    entries,
    batch,
    keys: JSON.stringify(keys),
  };
  return { command, ids };
}

/** Texts as UTF-8, one behind the other in a buffer of their own, which can move to another thread without a copy. */
function pack(texts: readonly string[]): { bytes: Buffer; ends: Uint32Array } {
  const most = texts.reduce((sum, text) => sum + text.length * 3, 0);
  const buffer = Buffer.allocUnsafeSlow(most);
  const ends = new Uint32Array(texts.length);
  let length = 0;
  texts.forEach((text, i) => {
    length += buffer.write(text, length, 'utf8');
    ends[i] = length;
  });
  return { bytes: buffer.subarray(0, length), ends };
}
