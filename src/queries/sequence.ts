import { BLOCK_REVISIONS, blockOf, lastBlock, offsetsOf } from '../read_store/postings.ts';
import type { Preparing } from '../read_store/read_session.ts';
import { firstAtLeast } from '../read_store/segment.ts';

export type Direction = 'ascending' | 'descending';

/**
 * Revisions in one direction, each once, to be moved through by leaps. `seek(bound)` is the nearest revision at or
 * beyond `bound`, undefined when there is none; the bounds of successive calls go on in the direction.
 */
export interface Sequence {
  seek(bound: number): number | undefined;
}

/** The revisions of an ascending array. */
export function arraySequence(values: ArrayLike<number>, direction: Direction): Sequence {
  if (direction === 'ascending') return { seek: (bound) => values[firstAtLeast(values, bound)] };
  return { seek: (bound) => values[firstAtLeast(values, bound + 1) - 1] };
}

const ROW = 'SELECT revisions FROM postings WHERE block = ? AND name = ?';

/**
 * The revisions that the table of postings lists under a name, read block by block as they are walked through.
 * @param offsets those of a row's statements that are meant, ascending
 */
export function tableSequence(
  database: Preparing,
  name: string,
  direction: Direction,
  offsets: (row: Uint8Array) => ArrayLike<number> = offsetsOf,
): Sequence {
  const query = database.prepare(ROW);
  const step = direction === 'ascending' ? 1 : -1;
  let last: number | undefined;
  /** The block that was read last; it can lie ahead: between there is nothing. */
  let read: number | undefined;
  let sequence: Sequence | undefined;
  let isOver = false;
  return {
    seek(bound) {
      if (isOver) return undefined;
      last ??= lastBlock(database);
      let block = step < 0 ? Math.min(blockOf(bound), last) : Math.max(blockOf(bound), 0);
      if (read !== undefined && (read - block) * step > 0) block = read;
      for (; block >= 0 && block <= last; block += step) {
        if (block !== read) {
          const row = query.get(block, name) as { revisions: Uint8Array } | undefined;
          if (row === undefined) continue;
          read = block;
          sequence = arraySequence(offsets(row.revisions), direction);
        }
        const first = block * BLOCK_REVISIONS;
        const found = sequence!.seek(bound - first);
        if (found !== undefined) return first + found;
      }
      isOver = true;
      return undefined;
    },
  };
}

/** What is in any of the sequences. */
export function union(sequences: readonly Sequence[], direction: Direction): Sequence {
  if (sequences.length === 1) return sequences[0]!;
  const nearer = direction === 'ascending' ? Math.min : Math.max;
  return {
    seek(bound) {
      let nearest: number | undefined;
      for (const sequence of sequences) {
        const found = sequence.seek(bound);
        if (found !== undefined) nearest = nearest === undefined ? found : nearer(nearest, found);
      }
      return nearest;
    },
  };
}

/** What is in all of the sequences, leaping from each to the farthest of the others. */
export function intersection(sequences: readonly Sequence[]): Sequence {
  if (sequences.length === 1) return sequences[0]!;
  return {
    seek(bound) {
      let candidate = bound;
      for (let agreed = 0, i = 0; ; i = (i + 1) % sequences.length) {
        const found = sequences[i]!.seek(candidate);
        if (found === undefined) return undefined;
        if (found === candidate) agreed += 1;
        else {
          candidate = found;
          agreed = 1;
        }
        if (agreed === sequences.length) return candidate;
      }
    },
  };
}

/** Walks through a sequence from `bound` on. */
export function* walk(sequence: Sequence, bound: number, direction: Direction): Generator<number> {
  const step = direction === 'ascending' ? 1 : -1;
  for (let next = sequence.seek(bound); next !== undefined; next = sequence.seek(next + step)) yield next;
}
