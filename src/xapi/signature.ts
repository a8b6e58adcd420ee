import { LedgerlineError } from '../errors.ts';
import { sameStatement } from './equality.ts';
import { normalMediaType } from './media_type.ts';
import type { Attachment, Statement } from './statement.ts';
import { isStatement } from './validation.ts';
import type { XapiVersion } from './version.ts';

/** The usage type of an attachment that is the signature of its statement (Data 2.6). */
export const SIGNATURE_USAGE = 'http://adlnet.gov/expapi/attachments/signature';

/** The algorithms that a signature may use (Data 2.6). */
export const SIGNATURE_ALGORITHMS = ['RS256', 'RS384', 'RS512'] as const;

/** Whether an attachment says that it is a signature. */
export function isSignature(attachment: Attachment): boolean {
  return attachment.usageType === SIGNATURE_USAGE;
}

/**
 * Checks what a signature's attachment declares; its data must be in the request, which `matchAttachments` demands of
 * what has no `fileUrl`.
 * @param at the attachment's JSON pointer
 * @throws LedgerlineError `invalid_statement`
 */
export function refuseMisdeclaredSignature(attachment: Attachment, at: string): void {
  if (normalMediaType(attachment.contentType) !== 'application/octet-stream') {
    throw signatureRefusal(`${at}/contentType`, 'must be application/octet-stream for a signature');
  }
  if (attachment.fileUrl !== undefined) {
    throw signatureRefusal(`${at}/fileUrl`, 'must not stand for the data of a signature');
  }
}

/**
 * Checks the algorithm that a signature's JWS header names.
 * @param at the attachment's JSON pointer
 * @throws LedgerlineError `invalid_statement`
 */
export function refuseOtherAlgorithm(algorithm: unknown, at: string): void {
  if ((SIGNATURE_ALGORITHMS as readonly unknown[]).includes(algorithm)) return;
  throw signatureRefusal(at, `must be signed with ${SIGNATURE_ALGORITHMS.join(', ')}`);
}

/**
 * Whether a signature's payload is the statement as it was before it was signed, by the rules of statement comparison
 * (Data 2.6, 2.3.1): signatures among the attachments do not count.
 * @param payload the payload as JSON
 */
export function signedPayloadMatches(statement: Statement, payload: unknown, version: XapiVersion): boolean {
  return isStatement(payload, version) && sameStatement(unsigned(statement), unsigned(payload));
}

function unsigned(statement: Statement): Statement {
  const { attachments, ...rest } = statement;
  const others = attachments?.filter((attachment) => !isSignature(attachment)) ?? [];
  return others.length === 0 ? rest : { ...rest, attachments: others };
}

/** The error about a signature, for what only cryptography finds out too. */
export function signatureRefusal(property: string, rule: string): LedgerlineError {
  return new LedgerlineError('invalid_statement', `${property} ${rule}.`, {
    property,
    rule,
    spec: 'xAPI 1.0.3 Data 2.6',
  });
}
