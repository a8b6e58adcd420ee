import type { CredentialIssued, CredentialRevoked } from '../src/events/types.ts';
import type { Change, ProjectedEvent } from './change.ts';

/** The credentials: who may use the store, and for what. A revoked one stays, marked: its key is never given again. */
export function projectCredentialIssued({ revision, data }: ProjectedEvent<CredentialIssued>): Change[] {
  const { key, secretHash, name, scopes, roles = [], authority } = data;
  const row = {
    key,
    secret_hash: secretHash,
    name,
    scopes: JSON.stringify(scopes),
    roles: JSON.stringify(roles),
    authority: JSON.stringify(authority),
  };
  return [{ table: 'credentials', put: { ...row, issued: revision, revoked: null } }];
}

/** Marks the credential as revoked from this revision on. */
export function projectCredentialRevoked({ revision, data }: ProjectedEvent<CredentialRevoked>): Change[] {
  return [{ table: 'credentials', update: { revoked: revision }, where: { key: data.key } }];
}
