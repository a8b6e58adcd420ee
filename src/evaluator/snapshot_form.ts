import type { Evaluation } from './evaluation.ts';
import { listed, rowsAt } from './listing.ts';
import type { Point } from './point.ts';

/** The version of the canonical form that is written. Older ones stay here as long as a snapshot has them. */
export const PRESENT_FORM = 1;

/**
 * The content of a snapshot in its canonical form 1: a line of JSON for each person, agency and requirement that has a
 * status but `not-required`, in order of its text; each `[agency, person, requirement, status, day]`, where the day is
 * `until`, `by` or `since`, or null. Nothing else is in it, so that a later release can make it again.
 */
export function snapshotText(evaluation: Evaluation, point: Point, agency: string | undefined): string {
  const lines = rowsAt(evaluation, point, { agency }).map((row) => {
    const { person, agency, requirement, status, until, by, since } = listed(evaluation, row);
    return JSON.stringify([agency, person, requirement, status, until ?? by ?? since]);
  });
  return lines
    .sort()
    .map((line) => `${line}\n`)
    .join('');
}

/** A person and requirement whose status a snapshot and its recomputation do not tell alike. */
export interface SnapshotDifference {
  readonly agency: string;
  readonly person: string;
  readonly requirement: string;
  /** `[status, day]`; null: none. */
  readonly frozen: readonly [string, string | null] | null;
  readonly recomputed: readonly [string, string | null] | null;
}

/** What differs between two texts of form 1. */
export function snapshotDifferences(frozen: string, recomputed: string): readonly SnapshotDifference[] {
  const [one, other] = [statusesIn(frozen), statusesIn(recomputed)];
  return [...new Set([...one.keys(), ...other.keys()])].sort().flatMap((name) => {
    const [was, is] = [one.get(name) ?? null, other.get(name) ?? null];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const [agency, person, requirement] = JSON.parse(name) as [string, string, string];
    return [{ agency, person, requirement, frozen: was, recomputed: is }];
  });
}

function statusesIn(text: string): ReadonlyMap<string, readonly [string, string | null]> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [agency, person, requirement, status, day] = JSON.parse(line) as [
        string,
        string,
        string,
        string,
        string | null,
      ];
      return [JSON.stringify([agency, person, requirement]), [status, day]];
    }),
  );
}
