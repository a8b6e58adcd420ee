import fc from 'fast-check';
import { BLOCK_REVISIONS } from '../../src/read_store/postings.ts';

/** Revisions of some blocks, most of them near the bounds of these. */
export function revisionIn(blocks: number): fc.Arbitrary<number> {
  const atBound = fc.tuple(fc.nat(blocks), fc.integer({ min: -3, max: 3 }));
  return fc.oneof(
    fc.nat(blocks * BLOCK_REVISIONS),
    atBound.map(([block, offset]) => Math.max(0, block * BLOCK_REVISIONS + offset)),
    fc.nat(300),
  );
}

/** Revisions, ascending, each once. */
export function ascending(revision: fc.Arbitrary<number>, maxLength: number): fc.Arbitrary<number[]> {
  return fc.uniqueArray(revision, { maxLength }).map((values) => values.sort((a, b) => a - b));
}
