import type { Day, EquivalenceDecided } from '../events/learning_types.ts';
import { covers } from '../learning/facts.ts';
import type { KnownDecision, Policy } from '../learning/model.ts';

/** What decisions on equivalence are asked for; what is undefined is not asked. */
export interface DecisionFilter {
  /** Those that this agency goes by: its own, and those for all. */
  readonly agency?: string | undefined;
  readonly source?: string | undefined;
  readonly target?: string | undefined;
  readonly effect?: EquivalenceDecided['effect'] | undefined;
  readonly status?: DecisionStatus | undefined;
}

export type DecisionStatus = 'applies' | 'not-yet' | 'ended' | 'revoked' | 'revoked-keeping';

/** A decision as known then, and how it stands on the day. */
export type ShownDecision = EquivalenceDecided & {
  readonly version: number;
  readonly revision: number;
  readonly status: DecisionStatus;
  readonly revoked?: { readonly from: Day; readonly keep: boolean; readonly reason: string; readonly revision: number };
};

/** The decisions that meet the filter, in order of their ids. */
export function queryDecisions({ decisions }: Policy, filter: DecisionFilter, asOf: Day): ShownDecision[] {
  return [...decisions.values()]
    .filter(({ data }) => filter.agency === undefined || data.agency === undefined || data.agency === filter.agency)
    .filter(({ data }) => filter.source === undefined || sourcesOf(data).includes(filter.source))
    .filter(({ data }) => filter.target === undefined || targetsOf(data).includes(filter.target))
    .filter(({ data }) => filter.effect === undefined || data.effect === filter.effect)
    .map((decision) => shown(decision, asOf))
    .filter(({ status }) => filter.status === undefined || status === filter.status)
    .sort((one, other) => (one.decision < other.decision ? -1 : 1));
}

function shown({ data, version, revision, revoked }: KnownDecision, asOf: Day): ShownDecision {
  const { from, keep, reason } = revoked?.data ?? {};
  return {
    ...data,
    version,
    revision,
    status: statusOn({ data, revoked }, asOf),
    ...(revoked ? { revoked: { from: from!, keep: keep!, reason: reason!, revision: revoked.revision } } : {}),
  };
}

function statusOn({ data, revoked }: Pick<KnownDecision, 'data' | 'revoked'>, asOf: Day): DecisionStatus {
  if (revoked && revoked.data.from <= asOf) return revoked.data.keep ? 'revoked-keeping' : 'revoked';
  if (covers(data, asOf)) return 'applies';
  return asOf < data.from ? 'not-yet' : 'ended';
}

/** The courses that count by a decision; a mutual one goes both ways. */
function sourcesOf({ sources, target, mutual }: EquivalenceDecided): string[] {
  return [...sources.map(({ course }) => course), ...(mutual === true ? [target] : [])];
}

function targetsOf({ sources, target, mutual }: EquivalenceDecided): string[] {
  return [target, ...(mutual === true ? sources.map(({ course }) => course) : [])];
}
