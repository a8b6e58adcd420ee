import { keysOf, type StatementKeys } from '../../projections/statement_keys.ts';
import { encodeText } from '../events/codec.ts';
import { UNSTAMPED } from '../events/statement_bytes.ts';
import type { AttachmentBlob } from '../events/types.ts';
import { allows, type Scope } from '../identity/scopes.ts';
import type { StatementEntry, StoreStatements } from '../sequencer/command.ts';
import type { Credential } from '../store.ts';
import { declaredAttachments } from '../xapi/attachments.ts';
import { completeStatement } from '../xapi/completion.ts';
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
  /** The blob of an attachment whose data came along, by its sha2 in lower case. */
  readonly blobOf: (sha2: string) => AttachmentBlob | undefined;
}

/**
 * Turns the statements of a request into one command: checked, completed, and in the bytes that the ledger will keep.
 * @throws `invalid_statement` that names the property, the rule and the section
 */
export function prepareStatements({ values, batch, version, credential, blobOf }: ReceivedStatements): Prepared {
  values.forEach((value, i) => {
    validateStatement(value, version, batch ? `/${i}` : '');
  });
  const statements = values as readonly Statement[];
  refuseRepeatedIds(statements);
  const authority = JSON.parse(credential.authority);
  const scopes = credential.scopes as readonly Scope[];
  const mayVoidAny = allows(scopes, 'all');
  const defines = allows(scopes, 'define');
  const texts: string[] = [];
  const entries: StatementEntry[] = [];
  const keys: StatementKeys[] = [];
  const ids: string[] = [];
  for (const sent of statements) {
    const complete = completeStatement(sent, { id: sent.id ?? crypto.randomUUID(), authority, version });
    const voidsAny = mayVoidAny && isVoiding(complete);
    const statementKeys = keysOf(complete, { voidsAny, defines });
    const stampTimestamp = complete.timestamp === undefined;
    const times = stampTimestamp ? { timestamp: UNSTAMPED, stored: UNSTAMPED } : { stored: UNSTAMPED };
    texts.push(
      encodeText('statement-stored', {
        ...(voidsAny ? { voidsAny } : {}),
        ...(defines ? { defines } : {}),
        ...namedBlobs(complete, blobOf),
        statement: { ...complete, ...times },
      }),
    );
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

function namedBlobs(statement: Statement, blobOf: ReceivedStatements['blobOf']): { blobs?: readonly AttachmentBlob[] } {
  const hashes = new Set(
    declaredAttachments([statement], false).map(({ attachment }) => attachment.sha2.toLowerCase()),
  );
  const blobs = Array.from(hashes, blobOf).filter((blob) => blob !== undefined);
  return blobs.length === 0 ? {} : { blobs };
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
