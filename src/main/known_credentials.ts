import { openProjectionForReading } from '../read_store/projection_file.ts';
import type { Credential } from '../store.ts';

/** These columns are JSON. */
type InJson = 'scopes' | 'roles' | 'authority';
type CredentialRow = Omit<Credential, InJson> & Readonly<Record<InJson, string>>;

/** All credentials, by their keys, as the read store has them now. @param file that of identities @throws damage */
export function knownCredentials(file: string): Map<string, Credential> {
  const database = openProjectionForReading(file);
  try {
    const rows = database
      .prepare(
        `SELECT key, secret_hash AS secretHash, name, scopes, roles, authority,
          issued, issued_at AS issuedAt, revoked, revoked_at AS revokedAt FROM credentials`,
      )
      .all() as unknown as CredentialRow[];
    return new Map(
      rows.map((row) => {
        const { scopes, roles, authority } = row;
        const read = { scopes: JSON.parse(scopes), roles: JSON.parse(roles), authority: JSON.parse(authority) };
        return [row.key, { ...row, ...read }];
      }),
    );
  } finally {
    database.close();
  }
}
