import { LedgerlineError } from '../errors.ts';

/** The versions whose rules the store knows, each by its newest patch. */
export const XAPI_VERSIONS = ['1.0.3', '2.0.0'] as const;

export type XapiVersion = (typeof XAPI_VERSIONS)[number];

export const VERSION_HEADER = 'X-Experience-API-Version';

/**
 * The version whose rules a header asks for: `1.0` and all that starts with `1.0.` are 1.0.3, `2.0` and `2.0.…` are
 * 2.0.0 (Communication 3.3). Undefined: it is absent, or names another version.
 */
export function versionAsked(value: string | undefined): XapiVersion | undefined {
  if (value === undefined) return undefined;
  if (/^1\.0(\.[0-9][0-9A-Za-z.-]*)?$/.test(value)) return '1.0.3';
  if (/^2\.0(\.[0-9][0-9A-Za-z.-]*)?$/.test(value)) return '2.0.0';
  return undefined;
}

/**
 * As `versionAsked`, of a request that has to ask for one.
 * @param fallback the version that the message names to a sender who asked for none
 * @throws LedgerlineError `invalid_header` when the header is absent or names another version
 */
export function readVersionHeader(value: string | undefined, fallback: XapiVersion): XapiVersion {
  const asked = versionAsked(value);
  if (asked !== undefined) return asked;
  const problem = value === undefined ? 'is missing' : `names the unknown version ${JSON.stringify(value)}`;
  throw new LedgerlineError('invalid_header', `The header ${VERSION_HEADER} ${problem}; send ${fallback}.`, {
    property: VERSION_HEADER,
    rule: 'every request names a version that starts with 1.0 or 2.0',
    spec: 'xAPI 1.0.3 Communication 3.3',
  });
}
