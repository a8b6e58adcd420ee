/**
 * Entries of a history stand in parts, by the revisions of their statements, and within a part by account and time. So
 * what is written is among the newest entries, not among all that there ever were: the table would have a page for each
 * row of a merge otherwise, sooner or later. Whoever reads a history looks into each part.
 */
const PART_REVISIONS = 262_144;

export function partOf(revision: number): number {
  return Math.floor(revision / PART_REVISIONS);
}

/** The last part that the table has; -1 when it is empty. */
export const LAST_PART = 'SELECT coalesce(max(part), -1) AS part FROM history';
