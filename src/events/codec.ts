import { Ajv, type ValidateFunction } from 'ajv';
import credentialIssued from '../../schemas/events/credential-issued.v1.json' with { type: 'json' };
import credentialRevoked from '../../schemas/events/credential-revoked.v1.json' with { type: 'json' };
import documentStored from '../../schemas/events/document-stored.v1.json' with { type: 'json' };
import documentsDeleted from '../../schemas/events/documents-deleted.v1.json' with { type: 'json' };
import statementStored from '../../schemas/events/statement-stored.v1.json' with { type: 'json' };
import { LedgerlineError } from '../errors.ts';
import type { EventData, EventType } from './types.ts';

/** The version that is written, with its schema; older ones stay readable as long as a ledger may hold them. */
const CURRENT: { readonly [T in EventType]: { readonly version: number; readonly schema: object } } = {
  'statement-stored': { version: 1, schema: statementStored },
  'credential-issued': { version: 1, schema: credentialIssued },
  'credential-revoked': { version: 1, schema: credentialRevoked },
  'document-stored': { version: 1, schema: documentStored },
  'documents-deleted': { version: 1, schema: documentsDeleted },
};

const ajv = new Ajv({ strict: true });
const validators = new Map<EventType, ValidateFunction>();

/** Compiled when it is first needed: most threads only read events. */
function validatorOf(type: EventType): ValidateFunction {
  const known = validators.get(type);
  if (known) return known;
  const compiled = ajv.compile(CURRENT[type].schema);
  validators.set(type, compiled);
  return compiled;
}

/**
 * Turns an event's data into the text whose UTF-8 bytes the ledger keeps. Members stay in their order.
 * @throws `invalid_event` when the data does not fit its schema in `schemas/events/`: a mistake of ours, not of a
 * client.
 */
export function encodeText<T extends EventType>(type: T, data: EventData[T]): string {
  const validate = validatorOf(type);
  if (!validate(data)) {
    const [error] = validate.errors ?? [];
    throw new LedgerlineError('invalid_event', `${type}${error?.instancePath} ${error?.message}.`);
  }
  return JSON.stringify(data);
}

/** As `encodeText`, in bytes, with the event's version. @throws `invalid_event` */
export function encode<T extends EventType>(type: T, data: EventData[T]): { version: number; data: Uint8Array } {
  return { version: CURRENT[type].version, data: Buffer.from(encodeText(type, data)) };
}

/** The version under which `encodeText` writes a type. */
export function currentVersion(type: EventType): number {
  return CURRENT[type].version;
}

/** Reads what `encode` wrote. @throws `damaged` for a type or version that this release does not know. */
export function decode<T extends EventType>(type: T, version: number, data: Uint8Array): EventData[T] {
  if (CURRENT[type]?.version !== version) {
    throw new LedgerlineError('damaged', `This release does not know the event ${type} version ${version}.`);
  }
  return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'));
}

/**
 * As `decode`, and holds what it read against the event's schema. @throws `damaged` when it is not what `encode` writes
 */
export function decodeChecked(type: string, version: number, data: Uint8Array): EventData[EventType] {
  let decoded: EventData[EventType];
  try {
    decoded = decode(type as EventType, version, data);
  } catch (error) {
    if (error instanceof LedgerlineError) throw error;
    throw new LedgerlineError('damaged', `The data of an event ${type} is not JSON.`, {}, error);
  }
  const validate = validatorOf(type as EventType);
  if (validate(decoded)) return decoded;
  const [error] = validate.errors ?? [];
  throw new LedgerlineError(
    'damaged',
    `The data of an event ${type} is wrong: ${error?.instancePath} ${error?.message}.`,
  );
}
