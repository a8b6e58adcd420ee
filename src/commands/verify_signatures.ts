import { X509Certificate } from 'node:crypto';
import { compactVerify, decodeProtectedHeader, errors } from 'jose';
import { LedgerlineError } from '../errors.ts';
import { declaredAttachments } from '../xapi/attachments.ts';
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

/**
 * Checks the signatures of statements (xAPI 1.0.3 Data 2.6): a JWS in compact form, by RS256, RS384 or RS512, whose payload is the statement. Where its header
 * has a certificate chain (x5c), the signature must verify with the first certificate, and each certificate with the next. Who may be trusted to
 * sign is not decided here: no root is asked for, and a certificate that has expired since does not undo a signature.
 * @param read the data of an attachment, by its sha2 in lower case; undefined when it did not come along
 * @throws `invalid_statement` with the reason
 */
export async function verifySignatures(
  statements: readonly Statement[],
  isBatch: boolean,
  version: XapiVersion,
  read: (sha2: string) => Promise<Buffer | undefined>,
): Promise<void> {
  for (const [i, statement] of statements.entries()) {
    const at = isBatch ? `/${i}` : '';
    for (const { attachment, pointer } of declaredAttachments([statement], false)) {
      if (!isSignature(attachment)) continue;
      const place = at + pointer;
      refuseMisdeclaredSignature(attachment, place);
      const data = await read(attachment.sha2.toLowerCase());
      if (data === undefined) throw signatureRefusal(place, 'must come with its data');
      await verifySignature(data.toString('latin1'), statement, version, place);
    }
  }
}

async function verifySignature(jws: string, statement: Statement, version: XapiVersion, at: string): Promise<void> {
  let header: ReturnType<typeof decodeProtectedHeader>;
  let payload: unknown;
  try {
    header = decodeProtectedHeader(jws);
    payload = parseExactJson(Buffer.from(jws.split('.')[1]!, 'base64url').toString('utf8'));
  } catch {
    throw signatureRefusal(at, 'must be a JWS in compact form whose payload is the JSON of the statement');
  }
  refuseOtherAlgorithm(header.alg, at);
  if (jws.split('.').length !== 3) throw signatureRefusal(at, 'must be a JWS in compact form');
  if (header.x5c !== undefined) await verifyWithChain(jws, header.x5c, at);
  if (!signedPayloadMatches(statement, payload, version)) {
    throw signatureRefusal(at, 'must have the statement as its payload, as it was before it was signed');
  }
}

async function verifyWithChain(jws: string, x5c: unknown, at: string): Promise<void> {
  const certificates = readChain(x5c, at);
  certificates.slice(1).forEach((issuer, i) => {
    if (!certificates[i]!.verify(issuer.publicKey))
      throw signatureRefusal(at, 'must have in x5c certificates each signed by the next');
  });
  try {
    await compactVerify(jws, certificates[0]!.publicKey);
  } catch (error) {
    if (!(error instanceof errors.JOSEError || error instanceof TypeError)) throw error;
    throw signatureRefusal(at, 'must verify with the first certificate of its x5c');
  }
}

function readChain(x5c: unknown, at: string): X509Certificate[] {
  try {
    const certificates = (x5c as string[]).map((text) => new X509Certificate(Buffer.from(text, 'base64')));
    if (certificates.length > 0) return certificates;
  } catch (error) {
    if (error instanceof LedgerlineError) throw error;
  }
  throw signatureRefusal(at, 'must have in x5c an array of certificates in base64 DER');
}
