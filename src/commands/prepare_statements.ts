import { keysText } from '../../projections/keys_text.ts';
import { keysOf, type StatementKeys } from '../../projections/statement_keys.ts';
import { checkData } from '../events/codec.ts';
import { textAsSent, UNSTAMPED } from '../events/statement_bytes.ts';
import type { AttachmentBlob, StatementStored } from '../events/types.ts';
import { allows, type Scope } from '../identity/scopes.ts';
import type { StoreStatements } from '../sequencer/command.ts';
import type { Credential } from '../store.ts';
import { declaredAttachments } from '../xapi/attachments.ts';
import { completeStatement, isAsSent } from '../xapi/completion.ts';
import { isVoiding, type Statement } from '../xapi/statement.ts';
import { refuseRepeatedIds, validateStatement } from '../xapi/validation.ts';
import type { XapiVersion } from '../xapi/version.ts';

export interface Prepared {
  readonly command: StoreStatements;
  /** The statements' ids in their order, as sent where they were sent. */
  readonly ids: readonly string[];
}

export interface ReceivedStatements {
  /** What the body held. */
  readonly values: readonly unknown[];
  /** Whether the body was an array of them. */
  readonly batch: boolean;
  readonly version: XapiVersion;
  readonly credential: Credential;
  /** The blobs of the attachments whose data came along, by their sha2 in lower case. */
  readonly blobs: ReadonlyMap<string, AttachmentBlob>;
  /** The members of a statement as they were sent, see `SentStatements.members`. */
  readonly members: (i: number) => string | undefined;
}

/**
 * Turns the statements of a request into one command: checked, completed, and as the text whose bytes the ledger will keep.
 * @throws `invalid_statement` that names the property, the rule and the section
 */
export function prepareStatements(received: ReceivedStatements): Prepared {
  const { values, batch, version, credential, blobs, members } = received;
  values.forEach((value, i) => {
    validateStatement(value, version, batch ? `/${i}` : '');
  });
  const statements = values as readonly Statement[];
  refuseRepeatedIds(statements);
  const { authority } = credential;
  const scopes = credential.scopes as readonly Scope[];
  const mayVoidAny = allows(scopes, 'all');
  const defines = allows(scopes, 'define');
  const texts: string[] = [];
  const untimed: number[] = [];
  const voidings: [number, string][] = [];
  const keys: StatementKeys[] = [];
  const ids: string[] = [];
  statements.forEach((sent, i) => {
    const complete = completeStatement(sent, { id: sent.id ?? crypto.randomUUID(), authority, version });
    const voidsAny = mayVoidAny && isVoiding(complete);
    const named = blobs.size === 0 ? [] : blobsOf(complete, blobs);
    const statementKeys = keysOf(complete, { voidsAny, defines, blobs: named.map(({ sha256 }) => sha256) });
    const data: StatementStored = {
      ...(voidsAny ? { voidsAny } : {}),
      ...(defines ? { defines } : {}),
      ...(named.length > 0 ? { blobs: named } : {}),
      statement: complete,
    };
    const isUntimed = complete.timestamp === undefined;
    if (isUntimed) complete.timestamp = UNSTAMPED;
    complete.stored = UNSTAMPED;
    checkData('statement-stored', data);
    const asSent = isAsSent(complete, sent) ? members(i) : undefined;
    texts.push(asSent === undefined ? JSON.stringify(data) : textAsSent(data, sent, asSent));
    keys.push(statementKeys);
    ids.push(complete.id!);
    if (isUntimed) untimed.push(i);
    if (statementKeys.voids) voidings.push([i, statementKeys.target!]);
  });
  const command: StoreStatements = {
    kind: 'store-statements',
    credential: credential.key,
    ids: keys.map(({ id }) => id),
    texts,
    untimed,
    voidings,
    batch,
    keys: keysText(keys),
  };
  return { command, ids };
}

/** The blobs of the statement's attachments whose data came along, each once. */
function blobsOf(statement: Statement, blobs: ReceivedStatements['blobs']): AttachmentBlob[] {
  const declared = declaredAttachments([statement], false);
  const hashes = new Set(declared.map(({ attachment }) => attachment.sha2.toLowerCase()));
  return Array.from(hashes, (sha2) => blobs.get(sha2)).filter((blob) => blob !== undefined);
}
