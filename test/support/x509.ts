import { type KeyObject, sign } from 'node:crypto';

/** As much of X.509 (RFC 5280) as it takes to make certificates for tests. */

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
const VERSION = 0xa0;

const COMMON_NAME = Buffer.from('0603550403', 'hex');
/** AlgorithmIdentifiers of signatures with SHA-256, by the kind of key. */
const SIGNATURES: Readonly<Record<string, string>> = {
  rsa: '300d06092a864886f70d01010b0500',
  ec: '300a06082a8648ce3d040302',
};

export interface CertificateContents {
  readonly subject: string;
  readonly issuer: string;
  /** The subject's public key: DER of its SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  readonly issuerKey: KeyObject;
  /** Like 20300101000000Z. */
  readonly notAfter: string;
}

/** A certificate in DER. */
export function certificateOf({ subject, issuer, publicKey, issuerKey, notAfter }: CertificateContents): Buffer {
  const algorithm = Buffer.from(SIGNATURES[issuerKey.asymmetricKeyType!]!, 'hex');
  const validity = der(SEQUENCE, ...['20200101000000Z', notAfter].map((time) => der(GENERALIZED_TIME, time)));
  const contents = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    algorithm,
    nameOf(issuer),
    validity,
    nameOf(subject),
    publicKey,
  );
  const signature = sign('sha256', contents, issuerKey);
  return der(SEQUENCE, contents, algorithm, der(BIT_STRING, Buffer.from([0]), signature));
}

function nameOf(commonName: string): Buffer {
  return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, commonName))));
}

/** One DER element. */
function der(tag: number, ...contents: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(contents.map((part) => Buffer.from(part as string)));
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const digits = body.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 + length.length]), length, body]);
}
