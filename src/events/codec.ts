import { Ajv, type ValidateFunction } from 'ajv';
import accountClaimed from '../../schemas/events/account-claimed.v1.json' with { type: 'json' };
import accountLinked from '../../schemas/events/account-linked.v1.json' with { type: 'json' };
import accountUnlinked from '../../schemas/events/account-unlinked.v1.json' with { type: 'json' };
import agencyDeclared from '../../schemas/events/agency-declared.v1.json' with { type: 'json' };
import certificateRecorded from '../../schemas/events/certificate-recorded.v1.json' with { type: 'json' };
import certificateRefused from '../../schemas/events/certificate-refused.v1.json' with { type: 'json' };
import certificateVerified from '../../schemas/events/certificate-verified.v1.json' with { type: 'json' };
import certificateWithdrawn from '../../schemas/events/certificate-withdrawn.v1.json' with { type: 'json' };
import claimRefused from '../../schemas/events/claim-refused.v1.json' with { type: 'json' };
import courseDeclared from '../../schemas/events/course-declared.v1.json' with { type: 'json' };
import credentialIssued from '../../schemas/events/credential-issued.v1.json' with { type: 'json' };
import credentialRevoked from '../../schemas/events/credential-revoked.v1.json' with { type: 'json' };
import documentStored from '../../schemas/events/document-stored.v1.json' with { type: 'json' };
import documentsDeleted from '../../schemas/events/documents-deleted.v1.json' with { type: 'json' };
import equivalenceDecided from '../../schemas/events/equivalence-decided.v1.json' with { type: 'json' };
import equivalenceRevoked from '../../schemas/events/equivalence-revoked.v1.json' with { type: 'json' };
import factsRecorded from '../../schemas/events/facts-recorded.v1.json' with { type: 'json' };
import ladderDeclared from '../../schemas/events/ladder-declared.v1.json' with { type: 'json' };
import pathDeclared from '../../schemas/events/path-declared.v1.json' with { type: 'json' };
import personsMerged from '../../schemas/events/persons-merged.v1.json' with { type: 'json' };
import personsUnmerged from '../../schemas/events/persons-unmerged.v1.json' with { type: 'json' };
import platformDeclared from '../../schemas/events/platform-declared.v1.json' with { type: 'json' };
import programmeDeclared from '../../schemas/events/programme-declared.v1.json' with { type: 'json' };
import requestAnswered from '../../schemas/events/request-answered.v1.json' with { type: 'json' };
import requirementDeclared from '../../schemas/events/requirement-declared.v1.json' with { type: 'json' };
import requirementWithdrawn from '../../schemas/events/requirement-withdrawn.v1.json' with { type: 'json' };
import snapshotFrozen from '../../schemas/events/snapshot-frozen.v1.json' with { type: 'json' };
import statementStored from '../../schemas/events/statement-stored.v1.json' with { type: 'json' };
import waiverGranted from '../../schemas/events/waiver-granted.v1.json' with { type: 'json' };
import waiverWithdrawn from '../../schemas/events/waiver-withdrawn.v1.json' with { type: 'json' };
import { LedgerlineError } from '../errors.ts';
import { parseJson } from '../xapi/parse_json.ts';
import type { EventData, EventType } from './types.ts';

/** The version that is written, with its schema; older ones stay readable as long as a ledger may hold them. */
const CURRENT: { readonly [T in EventType]: { readonly version: number; readonly schema: object } } = {
  'statement-stored': { version: 1, schema: statementStored },
  'credential-issued': { version: 1, schema: credentialIssued },
  'credential-revoked': { version: 1, schema: credentialRevoked },
  'document-stored': { version: 1, schema: documentStored },
  'documents-deleted': { version: 1, schema: documentsDeleted },
  'request-answered': { version: 1, schema: requestAnswered },
  'agency-declared': { version: 1, schema: agencyDeclared },
  'platform-declared': { version: 1, schema: platformDeclared },
  'course-declared': { version: 1, schema: courseDeclared },
  'facts-recorded': { version: 1, schema: factsRecorded },
  'account-linked': { version: 1, schema: accountLinked },
  'account-unlinked': { version: 1, schema: accountUnlinked },
  'account-claimed': { version: 1, schema: accountClaimed },
  'claim-refused': { version: 1, schema: claimRefused },
  'persons-merged': { version: 1, schema: personsMerged },
  'persons-unmerged': { version: 1, schema: personsUnmerged },
  'certificate-recorded': { version: 1, schema: certificateRecorded },
  'certificate-verified': { version: 1, schema: certificateVerified },
  'certificate-refused': { version: 1, schema: certificateRefused },
  'certificate-withdrawn': { version: 1, schema: certificateWithdrawn },
  'equivalence-decided': { version: 1, schema: equivalenceDecided },
  'equivalence-revoked': { version: 1, schema: equivalenceRevoked },
  'ladder-declared': { version: 1, schema: ladderDeclared },
  'requirement-declared': { version: 1, schema: requirementDeclared },
  'requirement-withdrawn': { version: 1, schema: requirementWithdrawn },
  'waiver-granted': { version: 1, schema: waiverGranted },
  'waiver-withdrawn': { version: 1, schema: waiverWithdrawn },
  'path-declared': { version: 1, schema: pathDeclared },
  'programme-declared': { version: 1, schema: programmeDeclared },
  'snapshot-frozen': { version: 1, schema: snapshotFrozen },
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
 * Holds an event's data against its schema in `schemas/events/`.
 * @throws `invalid_event` when it does not fit: a mistake of ours, not of a client
 */
export function checkData<T extends EventType>(type: T, data: EventData[T]): void {
  const validate = validatorOf(type);
  if (validate(data)) return;
  const [error] = validate.errors ?? [];
  throw new LedgerlineError('invalid_event', `${type}${error?.instancePath} ${error?.message}.`);
}

/**
 * Turns an event's data into the bytes that the ledger keeps, with the event's version. Members stay in their order.
 * @throws as `checkData`
 */
export function encode<T extends EventType>(type: T, data: EventData[T]): { version: number; data: Uint8Array } {
  checkData(type, data);
  return { version: CURRENT[type].version, data: Buffer.from(JSON.stringify(data)) };
}

/** The version under which events of a type are written. */
export function currentVersion(type: EventType): number {
  return CURRENT[type].version;
}

/** Reads what `encode` wrote. @throws `damaged` for a type or version that this release does not know. */
export function decode<T extends EventType>(type: T, version: number, data: Uint8Array): EventData[T] {
  if (CURRENT[type]?.version !== version) {
    throw new LedgerlineError('damaged', `This release does not know the event ${type} version ${version}.`);
  }
  return parseJson(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')) as EventData[T];
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
