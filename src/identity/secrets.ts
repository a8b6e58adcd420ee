import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { LedgerlineError } from '../errors.ts';

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** About a tenth of a second and 32 MiB for each verification. */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
/** The dearest hash that is still computed: what is stored must not be able to take the memory of the machine. */
const DEAREST_BYTES = 2 ** 28;
const FORMAT = /^scrypt\$(\d{1,7})\$(\d{1,3})\$(\d{1,2})\$([A-Za-z0-9_-]{22,86})\$([A-Za-z0-9_-]{43})$/;

/** A new credential's key: 128 random bits in lower-case hex, which no URL, shell or Basic header needs to escape. */
export function newKey(): string {
  return randomBytes(16).toString('hex');
}

/** A new credential's secret: 256 random bits in lower-case hex. */
export function newSecret(): string {
  return randomBytes(32).toString('hex');
}

/**
 * What may be stored of a secret: `scrypt$N$r$p$salt$hash`, salt and hash in base64url. The salt is new each time, so
 * that two hashes of one secret differ. NUL characters at the end of a secret do not count (scrypt's HMAC pads with
 * them).
 */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(secret, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Whether a hash of `hashSecret` was made from this secret. The hash's own parameters are used; the comparison takes
 * the same time wherever the first difference is.
 * @throws LedgerlineError `damaged` when the hash is none
 */
export async function verifySecret(secret: string, hash: string): Promise<boolean> {
  const [, N, r, p, salt, expected] = FORMAT.exec(hash) ?? [];
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  // Number(undefined) is NaN, which is never a power of two.
  const computable = Number.isInteger(Math.log2(cost.N)) && cost.N > 1 && cost.r > 0 && cost.p > 0;
  if (!computable || memoryOf(cost) > DEAREST_BYTES) {
    throw new LedgerlineError('damaged', 'The stored hash of a secret is not one: scrypt$N$r$p$salt$hash is expected');
  }
  const derived = await derive(secret, Buffer.from(salt!, 'base64url'), cost);
  return timingSafeEqual(derived, Buffer.from(expected!, 'base64url'));
}

function memoryOf(cost: { N: number; r: number; p: number }): number {
  return 128 * cost.r * (cost.N + cost.p);
}

function derive(secret: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  // OpenSSL counts a little more than the formula does.
  const options: ScryptOptions = { ...cost, maxmem: memoryOf(cost) + 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, HASH_BYTES, options, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}
