import { BLOCK_REVISIONS, offsetsOf } from '../read_store/postings.ts';
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

const NEAREST_BLOCK = {
  ascending: 'SELECT block, revisions FROM postings WHERE name = ? AND block >= ? ORDER BY block LIMIT 1',
  descending: 'SELECT block, revisions FROM postings WHERE name = ? AND block <= ? ORDER BY block DESC LIMIT 1',
} as const;

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
  const query = database.prepare(NEAREST_BLOCK[direction]);
  const isAscending = direction === 'ascending';
  let first = Number.NaN;
  let sequence: Sequence | undefined;
  return {
    seek(bound) {
      for (let next = bound; ; ) {
        const last = first + BLOCK_REVISIONS - 1;
        // The block that was read last can lie ahead: between there is nothing.
        if (isAscending ? next <= last : next >= first) {
          const found = sequence?.seek(next - first);
          if (found !== undefined) return first + found;
          next = isAscending ? last + 1 : first - 1;
        }
        const row = query.get(name, Math.floor(next / BLOCK_REVISIONS)) as Block | undefined;
        if (row === undefined) return undefined;
        first = row.block * BLOCK_REVISIONS;
        sequence = arraySequence(offsets(row.revisions), direction);
      }
    },
  };
}

interface Block {
  readonly block: number;
  readonly revisions: Uint8Array;
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
