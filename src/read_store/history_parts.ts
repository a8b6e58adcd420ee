import type { DatabaseSync } from 'node:sqlite';

/**
 * Entries of a history stand in parts, by the revisions of their statements, and within a part by account and time. So
 * what is written is among the newest entries, not among all that there ever were: the table would have a page for each
 * row of a merge otherwise, sooner or later. Whoever reads a history looks into each part.
 */
const PART_REVISIONS = 262_144;

export function partOf(revision: number): number {
  return Math.floor(revision / PART_REVISIONS);
}

/** The parts of the table in which there may be something that was known at a revision, oldest first. */
export function partsKnownAt(knownAt: number, database: Pick<DatabaseSync, 'prepare'>): number[] {
  const row = database.prepare('SELECT coalesce(max(part), -1) AS last FROM history').get() as { last: number };
  return Array.from({ length: Math.min(row.last, partOf(knownAt)) + 1 }, (_, part) => part);
}
