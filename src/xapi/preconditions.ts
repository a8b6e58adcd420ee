import { LedgerlineError } from '../errors.ts';
import type { XapiVersion } from './version.ts';

export type DocumentResource = 'state' | 'activity-profile' | 'agent-profile';

export interface PreconditionHeaders {
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

const SPEC = 'xAPI 1.0.3 Communication 3.1';

/**
 * Checks the preconditions of a request that writes or deletes a document (1.0.3 Communication 3.1, 2.0.0 4.1.4).
 * Entity tags are compared as they are, weak or strong, in quotes or bare: they are hashes of the contents, clients
 * send them bare, and proxies that compress make them weak.
 * @param headers their names in lower case
 * @param current the document as it is, its tag without quotes; `undefined` when there is none
 * @throws LedgerlineError `precondition_failed` (412) when a header does not hold; `conflict` (409) for a PUT without
 * header of a document that exists, of a profile or, in 2.0.0, of a state; `invalid_header` (400) for a PUT without
 * header of a new profile in 1.0.3, and for a header that is no list of entity tags
 */
export function checkPrecondition(
  method: 'PUT' | 'POST' | 'DELETE',
  resource: DocumentResource,
  version: XapiVersion,
  headers: PreconditionHeaders,
  current: { readonly etag: string } | undefined,
): void {
  const ifMatch = readTags('If-Match', headers['if-match']);
  const ifNoneMatch = readTags('If-None-Match', headers['if-none-match']);
  if (ifMatch !== undefined && !matches(ifMatch, current)) {
    throw failure('If-Match', current === undefined ? 'there is no such document' : 'the document has changed');
  }
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, current)) {
    throw failure('If-None-Match', 'there is such a document');
  }
  if (method === 'PUT' && ifMatch === undefined && ifNoneMatch === undefined) {
    refuseBlindPut(resource, version, current !== undefined);
  }
}

/** A PUT without either header could overwrite what its sender does not know. 1.0.3 leaves states out of this. */
function refuseBlindPut(resource: DocumentResource, version: XapiVersion, exists: boolean): void {
  if (version === '1.0.3' && resource === 'state') return;
  if (exists) {
    const advice = 'Get it, look at its present state, and send If-Match with its ETag to replace it.';
    throw new LedgerlineError('conflict', `There is such a document already. ${advice}`, {
      property: 'If-Match',
      rule: 'a PUT of an existing document needs If-Match',
      spec: SPEC,
    });
  }
  if (version === '1.0.3') {
    throw new LedgerlineError('invalid_header', 'Send If-None-Match: * to create this profile document.', {
      property: 'If-None-Match',
      rule: 'a PUT of a profile document needs If-Match or If-None-Match',
      spec: SPEC,
    });
  }
}

/** The opaque tags of a header, `*` for any; `undefined` when the header is absent. */
function readTags(header: string, value: string | undefined): ReadonlySet<string> | '*' | undefined {
  if (value === undefined) return undefined;
  if (value.trim() === '*') return '*';
  const tags = new Set<string>();
  const item = /\s*(?:(?:W\/)?"([^"]*)"|([^\s",*]+))\s*(,|$)/y;
  for (let separator: string | undefined = ','; separator === ','; ) {
    const match = item.exec(value);
    if (match === null) {
      throw new LedgerlineError('invalid_header', `The header ${header} is not a list of entity tags.`, {
        property: header,
        rule: 'must be * or a list of entity tags',
        spec: 'RFC 9110 13.1',
      });
    }
    tags.add((match[1] ?? match[2]) as string);
    separator = match[3];
  }
  return tags;
}

function matches(tags: ReadonlySet<string> | '*', current: { readonly etag: string } | undefined): boolean {
  return current !== undefined && (tags === '*' || tags.has(current.etag));
}

function failure(header: string, reason: string): LedgerlineError {
  return new LedgerlineError('precondition_failed', `The precondition ${header} does not hold: ${reason}.`, {
    property: header,
    rule: `the request is carried out only when ${header} holds`,
    spec: SPEC,
  });
}
