import type { PolicyKind } from '../../projections/policy.ts';
import type {
  RequirementDeclared,
  RequirementWithdrawn,
  WaiverGranted,
  WaiverWithdrawn,
} from '../events/compliance_types.ts';
import type { Day } from '../events/learning_types.ts';
import { dayBefore } from '../learning/days.ts';
import { covers } from '../learning/facts.ts';
import type { Versioned } from '../learning/model.ts';
import type { Preparing } from '../read_store/read_session.ts';

/** A row of what is declared. */
export interface DeclaredRow {
  readonly kind: PolicyKind;
  readonly id: string;
  readonly revision: number;
  /** JSON. */
  readonly data: string;
}

/** A declaration of a requirement as known then. */
export type ShownRequirement = RequirementDeclared & {
  /** The n-th declaration of the requirement, from 1. */
  readonly version: number;
  readonly revision: number;
  /** The days on which it is in force; `to` is null without end. Null: none, another took its place or it is withdrawn. */
  readonly inForce: { readonly from: Day; readonly to: Day | null } | null;
  readonly withdrawn?: { readonly revision: number; readonly reason: string };
};

export type WaiverStatus = 'applies' | 'not-yet' | 'ended' | 'withdrawn';

/** A waiver as known then, and how it stands on the day. */
export type ShownWaiver = WaiverGranted & {
  readonly version: number;
  readonly revision: number;
  readonly status: WaiverStatus;
  readonly withdrawn?: { readonly revision: number; readonly reason: string };
};

/** What waivers are asked for; what is undefined is not asked. */
export interface WaiverFilter {
  readonly waiver?: string | undefined;
  /** Those that hold in this agency: its own, and those for all. */
  readonly agency?: string | undefined;
  readonly requirement?: string | undefined;
  readonly status?: WaiverStatus | undefined;
}

/** The rows of some kinds up to a revision, in their order. @param id only of what has this id */
export function declaredRows(
  database: Preparing,
  kinds: readonly PolicyKind[],
  knownAt: number,
  id?: string,
): DeclaredRow[] {
  const ofId = id === undefined ? '' : ' AND id = ?';
  return database
    .prepare(
      `SELECT kind, id, revision, data FROM policy
       WHERE kind IN (SELECT value FROM json_each(?))${ofId} AND revision <= ? ORDER BY revision`,
    )
    .all(JSON.stringify(kinds), ...(id === undefined ? [] : [id]), knownAt) as unknown as DeclaredRow[];
}

/** The latest version of each, by id. @param rows in order of their revisions */
export function latestById<Data>(rows: readonly DeclaredRow[]): Map<string, Versioned<Data>> {
  return new Map(
    Array.from(
      Map.groupBy(rows, ({ id }) => id),
      ([id, versions]) => {
        const { revision, data } = versions.at(-1)!;
        return [id, { version: versions.length, revision, data: JSON.parse(data) }];
      },
    ),
  );
}

/** The latest version of each, in order of the ids. */
export function latestOf<Data>(rows: readonly DeclaredRow[]): Versioned<Data>[] {
  return [...latestById<Data>(rows)].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, latest]) => latest);
}

/**
 * All declarations of requirements, in order of the requirements and then as they were made, each with the days on which
 * it is in force.
 * @param rows of the kinds `requirement` and `requirement-withdrawn`
 */
export function requirementsIn(rows: readonly DeclaredRow[]): ShownRequirement[] {
  return [...Map.groupBy(rows, ({ id }) => id)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, ofOne]) => declarationsIn(ofOne));
}

function declarationsIn(rows: readonly DeclaredRow[]): ShownRequirement[] {
  const withdrawals = rows
    .filter(({ kind }) => kind === 'requirement-withdrawn')
    .map(({ revision, data }) => ({ revision, data: JSON.parse(data) as RequirementWithdrawn }));
  const declarations = rows
    .filter(({ kind }) => kind === 'requirement')
    .map(({ revision, data }, i) => ({ version: i + 1, revision, data: JSON.parse(data) as RequirementDeclared }));
  // Of those with the same first day the last one holds, unless it was withdrawn after.
  const last = new Map(declarations.map((one) => [one.data.from, one]));
  const withdrawalOf = ({ data, revision }: Versioned<RequirementDeclared>) =>
    withdrawals.find((one) => one.data.from === data.from && one.revision > revision);
  const standing = [...last.values()]
    .filter((one) => withdrawalOf(one) === undefined)
    .sort((one, other) => (one.data.from < other.data.from ? -1 : 1));
  return declarations.map((one) => {
    const withdrawn = last.get(one.data.from) === one ? withdrawalOf(one) : undefined;
    return {
      ...one.data,
      version: one.version,
      revision: one.revision,
      inForce: daysOf(one, standing),
      ...(withdrawn && { withdrawn: { revision: withdrawn.revision, reason: withdrawn.data.reason } }),
    };
  });
}

function daysOf(
  one: Versioned<RequirementDeclared>,
  standing: readonly Versioned<RequirementDeclared>[],
): ShownRequirement['inForce'] {
  const place = standing.indexOf(one);
  if (place < 0) return null;
  const next = standing[place + 1];
  const ends = [one.data.to, next && dayBefore(next.data.from)].filter((day) => day !== undefined).sort();
  return { from: one.data.from, to: ends[0] ?? null };
}

/** The declarations that are in force on a day; of an agency: its own, and those of all. */
export function inForceOn(
  requirements: readonly ShownRequirement[],
  asOf: Day,
  agency: string | undefined,
): ShownRequirement[] {
  return requirements.filter(
    ({ inForce, agency: own }) =>
      inForce !== null &&
      covers({ from: inForce.from, ...(inForce.to !== null && { to: inForce.to }) }, asOf) &&
      (agency === undefined || own === undefined || own === agency),
  );
}

/**
 * The waivers that meet the filter, in order of their ids, each with how it stands on the day.
 * @param rows of the kinds `waiver` and `waiver-withdrawn`
 */
export function waiversIn(rows: readonly DeclaredRow[], filter: WaiverFilter, asOf: Day): ShownWaiver[] {
  const { waiver: granted = [], 'waiver-withdrawn': ended = [] } = Object.groupBy(rows, ({ kind }) => kind);
  const withdrawn = new Map(ended.map((row) => [row.id, row]));
  return latestOf<WaiverGranted>(granted)
    .filter(({ data }) => filter.waiver === undefined || data.waiver === filter.waiver)
    .filter(({ data }) => filter.agency === undefined || data.agency === undefined || data.agency === filter.agency)
    .filter(({ data }) => filter.requirement === undefined || data.requirements.includes(filter.requirement))
    .map((waiver) => shownWaiver(waiver, withdrawn.get(waiver.data.waiver), asOf))
    .filter(({ status }) => filter.status === undefined || status === filter.status);
}

function shownWaiver(
  { data, version, revision }: Versioned<WaiverGranted>,
  withdrawal: DeclaredRow | undefined,
  asOf: Day,
): ShownWaiver {
  const shown = { ...data, version, revision };
  if (withdrawal) {
    const { reason } = JSON.parse(withdrawal.data) as WaiverWithdrawn;
    return { ...shown, status: 'withdrawn', withdrawn: { revision: withdrawal.revision, reason } };
  }
  if (covers(data, asOf)) return { ...shown, status: 'applies' };
  return { ...shown, status: asOf < data.from ? 'not-yet' : 'ended' };
}
