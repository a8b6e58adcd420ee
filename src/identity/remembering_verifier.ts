import { hash as digest, randomBytes } from 'node:crypto';
import { verifySecret } from './secrets.ts';

/** True at once when the pair is remembered; otherwise the promise of the slow verification. `await` suits both. */
export type Verifier = (secret: string, hash: string) => true | Promise<boolean>;

/**
 * A verifier that remembers which secrets it has found to match which hashes, so that a client pays for scrypt once
 * and not with each request. A pair is remembered as its SHA-256 under a random key that lives as long as the
 * verifier: no secret stays in memory here. Refusals are not remembered. Whoever asks for a pair that is just being verified
 * waits for the same verification.
 * @param limit how many pairs are remembered; the one unused for longest is forgotten first
 * @param verify the slow verification
 */
export function rememberingVerifier(limit: number, verify = verifySecret): Verifier {
  // In front of the text and not as an HMAC, which takes four times as long and is only better where digests get out.
  const secretPrefix = randomBytes(32).toString('base64');
  // A set keeps the order of insertion, so its first member is the one unused for longest.
  const remembered = new Set<string>();
  /** Its last member, which stays where it is: most requests follow one of the same client (ADR 16). */
  let newest: string | undefined;
  const underWay = new Map<string, Promise<boolean>>();

  return (secret, hash) => {
    // The length keeps two pairs apart whose texts are one when joined.
    const pair = digest('sha256', `${secretPrefix}${hash.length}:${hash}${secret}`, 'base64');
    if (pair === newest) return true;
    if (remembered.delete(pair)) {
      remembered.add(pair);
      newest = pair;
      return true;
    }
    const waiting = underWay.get(pair);
    if (waiting !== undefined) return waiting;

    const verification = verify(secret, hash)
      .then((matches) => {
        if (matches) remembered.add(pair);
        newest = undefined;
        const [oldest] = remembered;
        if (remembered.size > limit) remembered.delete(oldest!);
        return matches;
      })
      .finally(() => underWay.delete(pair));
    underWay.set(pair, verification);
    return verification;
  };
}
