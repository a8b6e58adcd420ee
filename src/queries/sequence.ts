import type { StatementSync } from 'node:sqlite';
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
export function arraySequence(values: readonly number[], direction: Direction): Sequence {
  if (direction === 'ascending') return { seek: (bound) => values[firstAtLeast(values, bound)] };
  return { seek: (bound) => values[firstAtLeast(values, bound + 1) - 1] };
}

const FIRST_CHUNK = 8;
const LARGEST_CHUNK = 1_024;

/**
 * The revisions that a prepared query gives for (…parameters, bound, limit), fetched in chunks that grow as long as
 * they are walked through.
 */
export function tableSequence(query: StatementSync, parameters: readonly number[], direction: Direction): Sequence {
  const beyond = direction === 'ascending' ? (a: number, b: number) => a >= b : (a: number, b: number) => a <= b;
  let chunk: { revision: number }[] = [];
  let position = 0;
  let size = FIRST_CHUNK;
  let complete = false;
  return {
    seek(bound) {
      for (;;) {
        while (position < chunk.length) {
          const { revision } = chunk[position]!;
          if (beyond(revision, bound)) return revision;
          if (beyond(chunk.at(-1)!.revision, bound)) position += 1;
          else {
            // A leap behind the chunk's end: most of a large chunk there would be leapt over, too.
            position = chunk.length;
            size = FIRST_CHUNK;
          }
        }
        if (complete) return undefined;
        chunk = query.all(...parameters, bound, size) as { revision: number }[];
        complete = chunk.length < size;
        size = Math.min(size * 4, LARGEST_CHUNK);
        position = 0;
      }
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
