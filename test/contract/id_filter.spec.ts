import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdFilter } from '../../src/read_store/id_filter.ts';

const bytes = (n: number) => Uint8Array.from({ length: 16 }, (_, i) => Math.floor(n / 256 ** (15 - i)) % 256);

describe('the filter of ids', () => {
  it('never denies an id that was added', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 16, maxLength: 16 }), { maxLength: 500 }), (ids) => {
        const filter = new IdFilter(0);
        for (const id of ids) filter.add(id);
        return ids.every((id) => filter.mayHold(id));
      }),
    );
  });

  it('denies nearly all ids that were not added, also when ids count up', () => {
    const filter = new IdFilter(0);
    for (let i = 0; i < 60_000; i++) filter.add(bytes(i));
    let taken = 0;
    for (let i = 60_000; i < 160_000; i++) if (filter.mayHold(bytes(i))) taken += 1;
    expect(taken).toBeLessThan(1_000);
    for (let i = 0; i < 60_000; i++) expect(filter.mayHold(bytes(i))).toBe(true);
  });

  it('grows with what is added', () => {
    const filter = new IdFilter(0);
    for (let i = 0; i < 300_000; i++) filter.add(bytes(i));
    for (let i = 0; i < 300_000; i++) if (!filter.mayHold(bytes(i))) expect(i).toBe('held');
    let taken = 0;
    for (let i = 300_000; i < 400_000; i++) if (filter.mayHold(bytes(i))) taken += 1;
    expect(taken).toBeLessThan(1_000);
  });
});
