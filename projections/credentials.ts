import type { CredentialIssued, CredentialRevoked } from '../src/events/types.ts';
import type { Change, ProjectedEvent } from './change.ts';

/** The credentials: who may use the store, and for what. A revoked one stays, marked: its key is never given again. */
export function projectCredentialIssued({ revision, recorded, data }: ProjectedEvent<CredentialIssued>): Change[] {
  const { key, secretHash, name, scopes, roles = [], authority } = data;
  const row = {
    key,
    secret_hash: secretHash,
    name,
    scopes: JSON.stringify(scopes),
    roles: JSON.stringify(roles),
    authority: JSON.stringify(authority),
  };
  return [
    { table: 'credentials', put: { ...row, issued: revision, issued_at: recorded, revoked: null, revoked_at: null } },
  ];
}

/** Marks the credential as revoked from this revision on. */
export function projectCredentialRevoked({ revision, recorded, data }: ProjectedEvent<CredentialRevoked>): Change[] {
  const update = { revoked: revision, revoked_at: recorded };
  return [{ table: 'credentials', update, where: { key: data.key } }];
}
