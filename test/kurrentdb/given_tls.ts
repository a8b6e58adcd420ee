import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KurrentDoubleOptions } from '../support/kurrentdb_double/double.ts';
import { certificateOf } from '../support/x509.ts';

/** A certificate of `localhost` for a test double, signed by itself. */
export interface GivenCertificate {
  readonly tls: NonNullable<KurrentDoubleOptions['tls']>;
  /** The path of the certificate's file, for who trusts it. */
  readonly file: string;
  /** The path of its key's file, for who shows it. */
  readonly keyFile: string;
  remove(): void;
}

export function aCertificate(): GivenCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-tls-'));
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = certificateOf({
    subject: 'localhost',
    issuer: 'localhost',
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    issuerKey: privateKey,
    notAfter: '20990101000000Z',
  });
  const certificate = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
  const file = join(folder, 'ca.crt');
  writeFileSync(file, certificate);
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const keyFile = join(folder, 'ca.key');
  writeFileSync(keyFile, key);
  return { tls: { key, certificate }, file, keyFile, remove: () => rmSync(folder, { recursive: true }) };
}
