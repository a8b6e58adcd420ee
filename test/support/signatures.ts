import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { anAttachment } from './multipart.ts';
import type { Posted } from './statements.ts';
import { certificateOf } from './x509.ts';

const HASHES: Readonly<Record<string, string>> = { RS256: 'sha256', RS384: 'sha384', RS512: 'sha512' };

/** Somebody who signs: a key, and a certificate for it in base64 DER as x5c has it. */
export interface Signer {
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly certificate: string;
}

interface SignerOptions {
  /** Who issues the certificate, unless the signer does. */
  readonly issuer?: Signer;
  readonly kind?: 'rsa' | 'ec';
  readonly notAfter?: string;
}

export function aSigner(
  name: string,
  { issuer, kind = 'rsa', notAfter = '29990101000000Z' }: SignerOptions = {},
): Signer {
  const { privateKey, publicKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = certificateOf({
    subject: name,
    issuer: issuer?.name ?? name,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    issuerKey: issuer?.privateKey ?? privateKey,
    notAfter,
  });
  return { name, privateKey, publicKey, certificate: certificate.toString('base64') };
}

const base64url = (value: string | Buffer) => Buffer.from(value as string).toString('base64url');

/**
 * A JWS in compact form (RFC 7515).
 * @param payload text as it is, or a value as JSON
 * @param header laid over the algorithm and the certificate; undefined takes a member out
 */
export function aJws(payload: unknown, signer: Signer, header: Posted = {}): string {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const whole = { alg: 'RS256', x5c: [signer.certificate], ...header };
  const input = `${base64url(JSON.stringify(whole))}.${base64url(text)}`;
  const key = { key: signer.privateKey, dsaEncoding: 'ieee-p1363' as const };
  return `${input}.${base64url(sign(HASHES[whole.alg] ?? 'sha256', Buffer.from(input), key))}`;
}

/** The attachment that says that it is the signature of its statement. */
export function aSignature(jws: string, changes: Posted = {}): Posted {
  return anAttachment(jws, {
    usageType: 'http://adlnet.gov/expapi/attachments/signature',
    display: { en: 'Signature' },
    ...changes,
  });
}
