import { openProjectionForReading } from '../read_store/projection_file.ts';
import type { Credential } from '../store.ts';

/** All credentials, by their keys, as the read store has them now. @param file that of identities @throws damage */
export function knownCredentials(file: string): Map<string, Credential> {
  const database = openProjectionForReading(file);
  try {
    const rows = database
      .prepare(
        'SELECT key, secret_hash AS secretHash, name, scopes, roles, authority, issued, revoked FROM credentials',
      )
      .all() as unknown as (Omit<Credential, 'scopes' | 'roles'> & { scopes: string; roles: string })[];
    return new Map(
      rows.map((row) => [row.key, { ...row, scopes: JSON.parse(row.scopes), roles: JSON.parse(row.roles) }]),
    );
  } finally {
    database.close();
  }
}
