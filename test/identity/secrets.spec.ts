import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashSecret, newKey, newSecret, verifySecret } from '../../src/identity/secrets.ts';

describe('new keys and secrets', () => {
  it('need no escaping in a URL, and no two are the same', () => {
    const made = Array.from({ length: 100 }, () => [newKey(), newSecret()]).flat();
    for (const text of made) expect(text).toMatch(/^[0-9a-f]{32}([0-9a-f]{32})?$/);
    expect(new Set(made).size).toBe(200);
  });
});

describe('the hash of a secret', () => {
  it('holds its parameters, and not the secret', async () => {
    const secret = newSecret();
    const hash = await hashSecret(secret);
    expect(hash).toMatch(/^scrypt\$32768\$8\$1\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$/);
    expect(hash).not.toContain(secret);
  });

  it('is another one each time, and all verify', async () => {
    const hashes = [await hashSecret('correct horse'), await hashSecret('correct horse')];
    expect(new Set(hashes).size).toBe(2);
    for (const hash of hashes) expect(await verifySecret('correct horse', hash)).toBe(true);
  });

  it('verifies its own secret and no other', { timeout: 60_000 }, async () => {
    const secrets = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(secrets, secrets, async (secret, other) => {
        const hash = await hashSecret(secret);
        expect(await verifySecret(secret, hash)).toBe(true);
        expect(await verifySecret(other, hash)).toBe(other === secret);
      }),
      {
        numRuns: 5,
        examples: [
          ['é', 'e\u0301'],
          [' ', '  '],
        ],
      },
    );
  });

  it('is computed with the parameters that it names', async () => {
    // The reference is another implementation: hashlib.scrypt of Python, with a salt of 16 zero bytes.
    const hash = 'scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA$mbKE5t6D53E0XXXUWYV8bTV3JOD15hjuGt80mBy4qAk';
    expect(await verifySecret('pleaseletmein', hash)).toBe(true);
    expect(await verifySecret('pleaseletmein', hash.replace('$8$1$', '$8$2$'))).toBe(false);
  });

  it.each([
    ['a secret in clear', 'hunter2'],
    ['no hash', ''],
    ['another function', 'bcrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    [
      'a cost that is no power of two',
      'scrypt$16383$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ],
    ['a cost beyond reason', 'scrypt$4194304$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['a cost of nothing', 'scrypt$0$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['a short hash', 'scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAA'],
  ])('is refused as damaged when it is %s', async (_, hash) => {
    await expect(verifySecret('hunter2', hash)).rejects.toMatchObject({ name: 'LedgerlineError', code: 'damaged' });
  });
});
