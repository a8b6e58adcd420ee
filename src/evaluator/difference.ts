import type { Evaluation } from './evaluation.ts';
import { pairText } from './evaluation.ts';
import { type ListedStatus, listed, rowsAt, type Wanted } from './listing.ts';
import type { Point } from './point.ts';

/** Why a status is another one at the second point. */
export type ChangeCause =
  /** An event was known only then. */
  | { readonly kind: 'event'; readonly revision: number }
  /** Evidence, or a declaration, that was there but of a later day. */
  | { readonly kind: 'evidence' | 'rule'; readonly revision: number }
  /** Time went by: what had an end, ended; a fact of the person, or the requirement, began or ended. */
  | { readonly kind: 'time' };

/** A person's status that is another one, begins or ends; undefined: there is none (not required, or not there). */
export interface ChangedStatus {
  readonly person: string;
  readonly agency: string;
  readonly requirement: string;
  readonly before: ListedStatus | undefined;
  readonly after: ListedStatus | undefined;
  readonly causes: readonly ChangeCause[];
}

/** Whose statuses differ between two points, in order of the persons' ids and requirements. */
export function differenceOf(
  one: Seen,
  other: Seen,
  wanted: Omit<Wanted, 'statuses' | 'within'>,
): readonly ChangedStatus[] {
  const before = byName(one, wanted);
  const after = byName(other, wanted);
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was !== undefined && is !== undefined && isLike(was.status, is.status)) return [];
    const { person, agency, requirement } = (is ?? was)!.status;
    const causes = causesOf(was, is, one.point, other.point);
    return [{ person, agency, requirement, before: was?.status, after: is?.status, causes }];
  });
}

/** What is seen from a point. */
export interface Seen {
  readonly evaluation: Evaluation;
  readonly point: Point;
}

interface SeenRow {
  readonly status: ListedStatus;
  /** The revision from which it is not known so any more. */
  readonly knownTo: number;
}

function byName({ evaluation, point }: Seen, wanted: Wanted): ReadonlyMap<string, SeenRow> {
  return new Map(
    rowsAt(evaluation, point, wanted).map((row) => {
      const status = listed(evaluation, row);
      return [
        `${status.person}\n${pairText(status.agency, status.requirement)}`,
        { status, knownTo: row.block.columns.knownTo[row.at]! },
      ];
    }),
  );
}

function isLike(was: ListedStatus, is: ListedStatus): boolean {
  return was.status === is.status && was.until === is.until && was.by === is.by && was.since === is.since;
}

function causesOf(was: SeenRow | undefined, is: SeenRow | undefined, one: Point, other: Point): readonly ChangeCause[] {
  const [earlier, later] = [Math.min(one.knownAt, other.knownAt), Math.max(one.knownAt, other.knownAt)];
  const causes: ChangeCause[] = [];
  const news = [is?.status.revision, was?.knownTo, was?.status.revision, is?.knownTo].filter(
    (revision) => revision != null && earlier < revision && revision <= later,
  );
  if (news.length > 0) causes.push({ kind: 'event', revision: news[0]! });
  const evidence = is?.status.evidence ?? null;
  if (evidence !== null && evidence !== was?.status.evidence) causes.push({ kind: 'evidence', revision: evidence });
  if (was !== undefined && is !== undefined && was.status.rule !== is.status.rule) {
    causes.push({ kind: 'rule', revision: is.status.rule });
  }
  if (one.asOf !== other.asOf && news.length === 0) causes.push({ kind: 'time' });
  return causes;
}
