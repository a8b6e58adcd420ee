import { describe, expect, it } from 'vitest';
import { rememberingVerifier } from '../../src/identity/remembering_verifier.ts';
import { hashSecret } from '../../src/identity/secrets.ts';

/** Verifies by comparing `hash of SECRET`, and notes what it was asked for. */
function slowVerification() {
  const asked: string[] = [];
  const verify = async (secret: string, hash: string) => {
    asked.push(secret);
    await new Promise((resolve) => setImmediate(resolve));
    return hash === `hash of ${secret}`;
  };
  return { asked, verify };
}

describe('a remembering verifier', () => {
  it('verifies with scrypt, and the second time at once', async () => {
    const verifier = rememberingVerifier(10);
    const hash = await hashSecret('correct horse');
    const first = verifier('correct horse', hash);
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toBe(true);
    expect(verifier('correct horse', hash)).toBe(true);
    expect(await verifier('battery staple', hash)).toBe(false);
  });

  it('verifies a refused secret each time', async () => {
    const { asked, verify } = slowVerification();
    const verifier = rememberingVerifier(10, verify);
    expect(await verifier('b', 'hash of a')).toBe(false);
    expect(await verifier('b', 'hash of a')).toBe(false);
    expect(asked).toEqual(['b', 'b']);
  });

  it('verifies once for all who ask at the same time', async () => {
    const { asked, verify } = slowVerification();
    const verifier = rememberingVerifier(10, verify);
    const answers = Array.from({ length: 5 }, () => verifier('a', 'hash of a'));
    const refusals = Array.from({ length: 5 }, () => verifier('b', 'hash of a'));
    expect(await Promise.all([...answers, ...refusals])).toEqual([...Array(5).fill(true), ...Array(5).fill(false)]);
    expect(asked).toEqual(['a', 'b']);
  });

  it('asks again after a verification that failed', async () => {
    let calls = 0;
    const verifier = rememberingVerifier(10, async () => {
      calls += 1;
      if (calls === 1) throw new Error('out of memory');
      return true;
    });
    await expect(verifier('a', 'hash of a')).rejects.toThrow('out of memory');
    expect(await verifier('a', 'hash of a')).toBe(true);
  });

  it('takes no pair for another with the same joined text', async () => {
    const { verify } = slowVerification();
    const verifier = rememberingVerifier(10, verify);
    expect(await verifier('a', 'hash of a')).toBe(true);
    expect(await verifier('', 'hash of aa')).toBe(false);
    expect(await verifier('f aa', 'hash o')).toBe(false);
  });

  it('forgets the pair unused for longest when there are too many', async () => {
    const { asked, verify } = slowVerification();
    const verifier = rememberingVerifier(2, verify);
    await verifier('a', 'hash of a');
    await verifier('b', 'hash of b');
    expect(verifier('a', 'hash of a')).toBe(true);
    await verifier('c', 'hash of c');
    expect(verifier('a', 'hash of a')).toBe(true);
    expect(verifier('c', 'hash of c')).toBe(true);
    expect(await verifier('b', 'hash of b')).toBe(true);
    expect(asked).toEqual(['a', 'b', 'c', 'b']);
  });
});
