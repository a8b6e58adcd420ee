import type { Credential } from '../store.ts';
import { type Grant, grantsOfScopes, parseGrant } from './roles.ts';
import type { Scope } from './scopes.ts';

/** Who calls `/api`: a credential, or the subject of a token. */
export interface Identity {
  /** As events name it: the credential's key, or `oidc:ISSUER|SUB`. */
  readonly key: string;
  readonly grants: readonly Grant[];
  /** The credential's xAPI scopes; a token has none. */
  readonly scopes: readonly Scope[];
  /** The e-mail address that a token vouches for, where the configuration takes that for a proof. */
  readonly verifiedEmail?: string;
}

/** Who a credential is: its roles, and those that its scopes imply. */
export function identityOfCredential({ key, scopes, roles }: Credential): Identity {
  const known = scopes as readonly Scope[];
  const own = roles.flatMap((role) => parseGrant(role) ?? []);
  return { key, grants: [...grantsOfScopes(known), ...own], scopes: known };
}
