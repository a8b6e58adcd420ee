import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UuidMap } from '../../src/read_store/uuid_map.ts';

/** Some of these differ in one byte only, wherever it stands. */
const uuid = fc.oneof(
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  fc.tuple(fc.nat(15), fc.nat(255)).map(([at, byte]) => new Uint8Array(16).fill(7).fill(byte, at, at + 1)),
);

describe('the map of UUIDs', () => {
  it('holds what a Map would hold', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(uuid, fc.maxSafeNat()), { maxLength: 600 }), fc.array(uuid), (entries, others) => {
        const numbers = new UuidMap();
        const model = new Map<string, number>();
        for (const [id, number] of entries) {
          numbers.set(id, number);
          model.set(`${id}`, number);
        }
        for (const id of [...others, ...entries.map(([id]) => id)]) expect(numbers.get(id)).toBe(model.get(`${id}`));
      }),
    );
  });

  it('keeps ids that count up apart, and numbers beyond 32 bits', () => {
    const bytes = (n: number) => Uint8Array.from({ length: 16 }, (_, i) => Math.floor(n / 256 ** (15 - i)) % 256);
    const numbers = new UuidMap();
    for (let i = 0; i < 100_000; i++) numbers.set(bytes(i), i * 2 ** 30);
    let found = 0;
    for (let i = 0; i < 200_000; i++) if (numbers.get(bytes(i)) === i * 2 ** 30) found += 1;
    expect(found).toBe(100_000);
    expect(numbers.get(bytes(100_000))).toBeUndefined();
  });
});
