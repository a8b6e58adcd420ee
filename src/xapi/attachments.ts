import { LedgerlineError } from '../errors.ts';
import { normalMediaType } from './media_type.ts';
import type { Attachment, Statement } from './statement.ts';

/** A part of a multipart request after the first: the data of an attachment. */
export interface AttachmentPart {
  /** Its X-Experience-API-Hash, which the data was found to have. */
  readonly sha2: string;
  /** The octets that were received. */
  readonly length: number;
  /** Its Content-Type, if it has one. */
  readonly contentType: string | undefined;
}

/** An attachment as a statement declares it, with its JSON pointer in the request. */
export interface DeclaredAttachment {
  readonly statement: Statement;
  readonly attachment: Attachment;
  readonly pointer: string;
}

/**
 * All attachments that statements and their sub-statements declare, in order. On the hot path: most declare none.
 * @param isBatch whether the request's body is an array, so that pointers begin with an index
 */
export function declaredAttachments(statements: readonly Statement[], isBatch: boolean): DeclaredAttachment[] {
  const found: DeclaredAttachment[] = [];
  statements.forEach((statement, index) => {
    const { object, attachments } = statement;
    const ofObject = object.objectType === 'SubStatement' ? object.attachments : undefined;
    if (attachments === undefined && ofObject === undefined) return;
    const at = isBatch ? `/${index}` : '';
    for (const [i, attachment] of (attachments ?? []).entries()) {
      found.push({ statement, attachment, pointer: `${at}/attachments/${i}` });
    }
    for (const [i, attachment] of (ofObject ?? []).entries()) {
      found.push({ statement, attachment, pointer: `${at}/object/attachments/${i}` });
    }
  });
  return found;
}

/**
 * Checks that the attachments of a request and its parts fit (Communication 1.5.2; 2.0.0 4.1.3): every attachment
 * without `fileUrl` is there, by its hash alone; every part is declared; where both speak of length or content type,
 * they agree. Without parts this is the rule of JSON requests: a `fileUrl` for every attachment.
 * @param declared all that the statements of the request declare
 * @throws LedgerlineError `invalid_statement` about an attachment, `invalid_body` about a part
 */
export function matchAttachments(declared: readonly DeclaredAttachment[], parts: readonly AttachmentPart[]): void {
  const partsByHash = new Map(parts.map((part) => [part.sha2.toLowerCase(), part]));
  const referenced = new Set<string>();
  for (const { attachment, pointer } of declared) {
    const hash = attachment.sha2.toLowerCase();
    const part = partsByHash.get(hash);
    referenced.add(hash);
    if (part !== undefined) refuseDisagreement(attachment, part, pointer);
    else if (attachment.fileUrl === undefined) {
      throw refusal(`${pointer}/sha2`, 'must be the hash of a part of the request, unless there is a fileUrl');
    }
  }
  for (const hash of partsByHash.keys()) {
    if (referenced.has(hash)) continue;
    throw new LedgerlineError('invalid_body', `No statement has an attachment with the hash ${hash}.`, {
      property: 'X-Experience-API-Hash',
      rule: 'every part after the first must be the data of an attachment',
      spec: 'xAPI 1.0.3 Communication 1.5.2',
    });
  }
}

function refuseDisagreement(attachment: Attachment, part: AttachmentPart, pointer: string): void {
  if (attachment.length !== part.length) {
    throw refusal(`${pointer}/length`, `must be the length of the data, which is ${part.length} octets`);
  }
  if (part.contentType === undefined) return;
  if (normalMediaType(attachment.contentType) !== normalMediaType(part.contentType)) {
    throw refusal(`${pointer}/contentType`, `must be the Content-Type of the part, which is ${part.contentType}`);
  }
}

function refusal(property: string, rule: string): LedgerlineError {
  return new LedgerlineError('invalid_statement', `${property} ${rule}.`, {
    property,
    rule,
    spec: 'xAPI 1.0.3 Communication 1.5.2',
  });
}
