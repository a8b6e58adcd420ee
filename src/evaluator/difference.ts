import { type Evaluation, isVague, pairText } from './evaluation.ts';
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
  /** The revisions from which it is known so, and from which it is not any more. */
  readonly known: readonly [from: number, to: number];
  readonly isVague: (revision: number) => boolean;
}

function byName({ evaluation, point }: Seen, wanted: Wanted): ReadonlyMap<string, SeenRow> {
  return new Map(
    rowsAt(evaluation, point, wanted).map((row) => {
      const status = listed(evaluation, row);
      const { knownFrom, knownTo } = row.block.columns;
      const known: SeenRow['known'] = [knownFrom[row.at]!, knownTo[row.at]!];
      const name = `${status.person}\n${pairText(status.agency, status.requirement)}`;
      return [name, { status, known, isVague: (revision) => isVague(evaluation, revision) }];
    }),
  );
}

function isLike(was: ListedStatus, is: ListedStatus): boolean {
  return was.status === is.status && was.until === is.until && was.by === is.by && was.since === is.since;
}

function causesOf(was: SeenRow | undefined, is: SeenRow | undefined, one: Point, other: Point): readonly ChangeCause[] {
  const [earlier, later] = [Math.min(one.knownAt, other.knownAt), Math.max(one.knownAt, other.knownAt)];
  const causes: ChangeCause[] = [];
  const news = [newsIn(is, 0), newsIn(was, 1), newsIn(was, 0), newsIn(is, 1)].filter(
    (one) => one !== undefined && earlier < one.revision && one.revision <= later,
  );
  const told = news.find((one) => one?.isVague === false);
  if (told !== undefined) causes.push({ kind: 'event', revision: told.revision });
  const evidence = is?.status.evidence ?? null;
  if (evidence !== null && evidence !== was?.status.evidence) causes.push({ kind: 'evidence', revision: evidence });
  if (was !== undefined && is !== undefined && was.status.rule !== is.status.rule) {
    causes.push({ kind: 'rule', revision: is.status.rule });
  }
  if (one.asOf !== other.asOf && news.length === 0) causes.push({ kind: 'time' });
  return causes;
}

/** The revision at which it became known, or at which it ended; vague: it could be one before, which is not worked out. */
function newsIn(row: SeenRow | undefined, end: 0 | 1) {
  if (row === undefined) return undefined;
  const revision = row.known[end];
  return { revision, isVague: row.isVague(revision) };
}
