import { X509Certificate } from 'node:crypto';
import { base64url, compactVerify, decodeProtectedHeader } from 'jose';
import { LedgerlineError } from '../errors.ts';
import type { DeclaredAttachment } from '../xapi/attachments.ts';
import { parseExactJson } from '../xapi/exact_json.ts';
import {
  isSignature,
  refuseMisdeclaredSignature,
  refuseOtherAlgorithm,
  signatureRefusal,
  signedPayloadMatches,
} from '../xapi/signature.ts';
import type { Statement } from '../xapi/statement.ts';
import type { XapiVersion } from '../xapi/version.ts';

/** A signature is read into memory whole: more bytes than this are not. */
const LARGEST_SIGNATURE = 32 * 2 ** 20;

/** RFC 7515 7.1: header, payload and signature in base64url. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Checks the signatures of statements (xAPI 1.0.3 Data 2.6): a JWS in compact form, by RS256, RS384 or RS512, whose
 * payload is the statement. Where its header has a certificate chain (x5c), the signature must verify with the first
 * certificate, and each certificate with the next. Who may be trusted to sign is not decided here: no root is asked
 * for, and a certificate that has expired since does not undo a signature.
 * @param declared all attachments that the statements of the request declare
 * @param read the data of an attachment, by its sha2 in lower case; undefined when it did not come along
 * @throws `invalid_statement` with the reason; `too_large`
 */
export async function verifySignatures(
  declared: readonly DeclaredAttachment[],
  version: XapiVersion,
  read: (sha2: string) => Promise<Buffer | undefined>,
): Promise<void> {
  for (const { statement, attachment, pointer } of declared) {
    if (!isSignature(attachment)) continue;
    refuseMisdeclaredSignature(attachment, pointer);
    if (attachment.length > LARGEST_SIGNATURE) throw tooLarge(pointer);
    const data = await read(attachment.sha2.toLowerCase());
    if (data === undefined) throw signatureRefusal(pointer, 'must come with its data');
    await verifySignature(data.toString('latin1'), statement, version, pointer);
  }
}

async function verifySignature(jws: string, statement: Statement, version: XapiVersion, at: string): Promise<void> {
  if (!COMPACT.test(jws)) throw signatureRefusal(at, 'must be a JWS in compact form');
  let header: ReturnType<typeof decodeProtectedHeader>;
  let payload: unknown;
  try {
    header = decodeProtectedHeader(jws);
    payload = parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(base64url.decode(jws.split('.')[1]!)));
  } catch {
    throw signatureRefusal(at, 'must be a JWS in compact form whose payload is the JSON of the statement');
  }
  refuseOtherAlgorithm(header.alg, at);
  if (header.x5c !== undefined) await verifyWithChain(jws, readChain(header.x5c, at), at);
  if (!signedPayloadMatches(statement, payload, version)) {
    throw signatureRefusal(at, 'must have the statement as its payload, as it was before it was signed');
  }
}

async function verifyWithChain(jws: string, certificates: readonly X509Certificate[], at: string): Promise<void> {
  for (const [i, issuer] of certificates.slice(1).entries()) {
    if (!isSignedBy(certificates[i]!, issuer)) {
      throw signatureRefusal(at, 'must have in x5c certificates each signed by the next');
    }
  }
  try {
    await compactVerify(jws, certificates[0]!.publicKey);
  } catch {
    throw signatureRefusal(at, 'must verify with the first certificate of its x5c');
  }
}

/** A certificate may hold a key that OpenSSL does not know: then nothing is signed by it. */
function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function readChain(x5c: unknown, at: string): X509Certificate[] {
  try {
    const certificates = (x5c as string[]).map((text) => new X509Certificate(Buffer.from(text, 'base64')));
    if (certificates.length > 0) return certificates;
  } catch {
    // The reason is the same as for an empty chain.
  }
  throw signatureRefusal(at, 'must have in x5c an array of certificates in base64 DER');
}

function tooLarge(at: string): LedgerlineError {
  return new LedgerlineError('too_large', `The signature ${at} is larger than ${LARGEST_SIGNATURE} bytes.`, {
    property: at,
  });
}
