import { LedgerlineError } from '../errors.ts';
import type { Credential } from '../store.ts';
import type { Verifier } from './remembering_verifier.ts';
import { allows, type Permission, type Scope, scopesFor } from './scopes.ts';

/**
 * The credential of a request by HTTP Basic (RFC 7617; xAPI 1.0.3 Communication 4.1).
 * @param header the Authorization header
 * @param spec the section that a refusal names
 * @throws `unauthenticated` when it is missing, malformed, or names no valid credential: the three are not told apart
 * for a stranger
 */
export async function authenticate(
  header: string | undefined,
  find: (key: string) => Credential | undefined,
  verify: Verifier,
  spec: string,
): Promise<Credential> {
  const pair = basicPair(header);
  const credential = pair && find(pair.key);
  // An unknown key costs as much as a wrong secret, so that the time does not tell which keys exist.
  const matches = pair && (await verify(pair.secret, credential?.secretHash ?? UNMATCHED));
  if (credential && matches && credential.revoked === null) return credential;
  throw new LedgerlineError('unauthenticated', 'A valid credential is needed: its key and secret by HTTP Basic.', {
    property: 'Authorization',
    spec,
  });
}

/** A hash of the same cost that no secret is known to match. */
const UNMATCHED = `scrypt$32768$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

function basicPair(header: string | undefined): { key: string; secret: string } | undefined {
  const encoded = header === undefined ? undefined : /^Basic +([A-Za-z0-9+/]+=*) *$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  // To scrypt, NULs at the end of a secret are nothing.
  return colon < 0 || text.includes('\0') ? undefined : { key: text.slice(0, colon), secret: text.slice(colon + 1) };
}

/** @throws `forbidden` when the credential's scopes do not allow what is needed */
export function authorize(credential: Credential, needed: Permission): void {
  if (allows(credential.scopes as readonly Scope[], needed)) return;
  const needs = scopesFor(needed).join(', ');
  throw new LedgerlineError('forbidden', `The credential does not have one of the scopes that this needs: ${needs}.`, {
    rule: `its scopes are: ${credential.scopes.join(', ') || 'none'}`,
    spec: 'xAPI 1.0.3 Communication 4.2',
  });
}
