import { openProjectionForReading } from '../read_store/projection_file.ts';
import type { Credential } from '../store.ts';

/** As the table has it: some of its columns are JSON. */
type CredentialRow = {
  readonly [K in keyof Credential]: K extends 'scopes' | 'roles' | 'authority' ? string : Credential[K];
};

/** All credentials, by their keys, as the read store has them now. @param file that of identities @throws damage */
export function knownCredentials(file: string): Map<string, Credential> {
  const database = openProjectionForReading(file);
  try {
    const rows = database
      .prepare(
        'SELECT key, secret_hash AS secretHash, name, scopes, roles, authority, issued, revoked FROM credentials',
      )
      .all() as unknown as CredentialRow[];
    return new Map(
      rows.map((row) => {
        const [scopes, roles, authority] = [row.scopes, row.roles, row.authority].map((text) => JSON.parse(text));
        return [row.key, { ...row, scopes, roles, authority }];
      }),
    );
  } finally {
    database.close();
  }
}
