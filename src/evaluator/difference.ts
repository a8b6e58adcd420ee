import { STATUSES } from '../compliance/interval_columns.ts';
import { numberOfDay } from '../learning/days.ts';
import { type Evaluation, isVague, pairText } from './evaluation.ts';
import { type ListedStatus, listed, rowsAt, type Wanted } from './listing.ts';
import type { Point } from './point.ts';

/** Why a status is another one at the second point. */
export type ChangeCause =
  /** An event between the two that changed it on the second's day. */
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
    if (was !== undefined && is !== undefined && isLike(was, is)) return [];
    const { person, agency, requirement } = (is ?? was)!;
    const causes = causesOf(was, is, newsOf({ person, agency, requirement }, one, other), one, other);
    return [{ person, agency, requirement, before: was, after: is, causes }];
  });
}

/** What is seen from a point. */
export interface Seen {
  readonly evaluation: Evaluation;
  readonly point: Point;
}

function byName({ evaluation, point }: Seen, wanted: Wanted): ReadonlyMap<string, ListedStatus> {
  return new Map(
    rowsAt(evaluation, point, wanted).map((row) => {
      const status = listed(evaluation, row);
      return [`${status.person}\n${pairText(status.agency, status.requirement)}`, status];
    }),
  );
}

function isLike(was: ListedStatus, is: ListedStatus): boolean {
  return was.status === is.status && was.until === is.until && was.by === is.by && was.since === is.since;
}

function causesOf(
  was: ListedStatus | undefined,
  is: ListedStatus | undefined,
  news: readonly News[],
  one: Seen,
  other: Seen,
): readonly ChangeCause[] {
  const told = news.filter(({ isVague }) => !isVague);
  const causes: ChangeCause[] = told.map(({ revision }) => ({ kind: 'event', revision }));
  const evidence = is?.evidence ?? null;
  if (evidence !== null && evidence !== was?.evidence) causes.push({ kind: 'evidence', revision: evidence });
  if (was !== undefined && is !== undefined && was.rule !== is.rule) causes.push({ kind: 'rule', revision: is.rule });
  if (one.point.asOf !== other.point.asOf && news.length === 0) causes.push({ kind: 'time' });
  return causes;
}

/** A revision that changed a status; vague: it could be one before, which is not worked out. */
interface News {
  readonly revision: number;
  readonly isVague: boolean;
}

/** The revisions between two points that changed a person's status on the second's day. */
function newsOf(
  { person, agency, requirement }: Pick<ChangedStatus, 'person' | 'agency' | 'requirement'>,
  one: Seen,
  other: Seen,
): readonly News[] {
  const [first, last] = one.point.knownAt <= other.point.knownAt ? [one, other] : [other, one];
  const { evaluation } = last;
  const number = evaluation.persons.known(person);
  const pair = evaluation.pairs.known(pairText(agency, requirement));
  if (number === undefined || pair === undefined) return [];
  const day = numberOfDay(other.point.asOf);
  const rows = evaluation.columns
    .ofPerson(number)
    .filter(({ row }) => row.pair === pair && row.from <= day && day <= row.to);
  const statusAt = (revision: number): string => {
    const known = rows.find(({ from, to }) => from <= revision && revision < to);
    return known === undefined ? '' : `${STATUSES[known.row.status]} ${known.row.day}`;
  };
  const revisions = [...new Set(rows.flatMap(({ from, to }) => [from, to]))]
    .filter((revision) => first.point.knownAt < revision && revision <= last.point.knownAt)
    .sort((a, b) => a - b);
  const before = [first.point.knownAt, ...revisions];
  return revisions
    .filter((revision, i) => statusAt(revision) !== statusAt(before[i]!))
    .map((revision) => ({ revision, isVague: isVague(evaluation, revision) }));
}
