import { compileCompliance } from '../compliance/compile.ts';
import { assignmentsOf, intervalOn, type PlaceBooks, requirementsOf } from '../compliance/evaluate.ts';
import type { CompliancePolicy, Interval, PersonRecord } from '../compliance/model.ts';
import { timelineOf } from '../compliance/timeline.ts';
import type { RequirementDeclared, WaiverGranted } from '../events/compliance_types.ts';
import type { Day, EquivalenceDecided } from '../events/learning_types.ts';
import { dayAfter, LAST_DAY } from '../learning/days.ts';
import type { Versioned } from '../learning/model.ts';

/** Policy that nobody has recorded: as if it were declared now. */
export interface Draft {
  readonly requirements: readonly RequirementDeclared[];
  readonly equivalences: readonly EquivalenceDecided[];
  readonly waivers: readonly WaiverGranted[];
}

/** A status that a draft would change. */
export interface DraftedChange {
  readonly person: string;
  readonly agency: string;
  readonly requirement: string;
  /** The first day, from the one that is asked about on, on which it is another one. */
  readonly from: Day;
  /** On that day; undefined: none. */
  readonly before: Interval | undefined;
  readonly after: Interval | undefined;
}

/** How many people miss a course on a day and have to take it: who is due or overdue. */
export interface Seats {
  readonly now: Map<string, number>;
  readonly drafted: Map<string, number>;
}

/** The policy with a draft, as known at a revision: the draft has the next one. */
export function drafted(policy: CompliancePolicy, draft: Draft, knownAt: number): CompliancePolicy {
  const { declared } = policy;
  const next = <Data>(data: Data, version = 0): Versioned<Data> => ({
    revision: knownAt + 1,
    version: version + 1,
    data,
  });
  const requirements = new Map(declared.requirements);
  for (const one of draft.requirements) {
    const before = requirements.get(one.requirement) ?? [];
    requirements.set(one.requirement, [...before, next(one, before.length)]);
  }
  const waivers = new Map(declared.waivers);
  for (const one of draft.waivers) waivers.set(one.waiver, next(one, waivers.get(one.waiver)?.version));
  const decisions = new Map(policy.policy.decisions);
  for (const one of draft.equivalences) {
    const version = decisions.get(one.decision)?.version;
    decisions.set(one.decision, { ...next(one, version), revoked: undefined });
  }
  return compileCompliance({ ...policy.policy, decisions }, { ...declared, requirements, waivers });
}

/**
 * What a draft changes for a person in an agency, or in all of theirs, from a day on.
 * @param seats to which the person's missing courses are added
 */
export function changesFor(
  person: PersonRecord,
  {
    now,
    drafted: planned,
    places,
  }: { readonly now: CompliancePolicy; readonly drafted: CompliancePolicy; readonly places: PlaceBooks },
  asked: { readonly agency: string | undefined; readonly dayIn: (agency: string) => Day },
  seats: Seats,
): readonly DraftedChange[] {
  const after = assignmentsOf(person, planned, places);
  const missing = { now: new Set<string>(), drafted: new Set<string>() };
  const changes = assignmentsOf(person, now, places).flatMap((assignment, i) => {
    const { agency } = assignment;
    if (asked.agency !== undefined && asked.agency !== agency) return [];
    const day = asked.dayIn(agency);
    const requirements = new Set([...requirementsOf(agency, now), ...requirementsOf(agency, planned)]);
    return [...requirements].sort().flatMap((requirement) => {
      const [is, would] = [
        timelineOf(requirement, now.terms.get(requirement) ?? [], assignment, now),
        timelineOf(requirement, planned.terms.get(requirement) ?? [], after[i]!, planned),
      ];
      addMissing(missing.now, intervalOn(is, day));
      addMissing(missing.drafted, intervalOn(would, day));
      const from = firstDifference(is, would, day);
      if (from === undefined) return [];
      const [before, afterwards] = [intervalOn(is, from), intervalOn(would, from)];
      return [{ person: [...person.persons].sort()[0]!, agency, requirement, from, before, after: afterwards }];
    });
  });
  // Who is in two agencies takes one seat.
  for (const when of ['now', 'drafted'] as const) {
    for (const course of missing[when]) seats[when].set(course, (seats[when].get(course) ?? 0) + 1);
  }
  return changes;
}

function addMissing(missing: Set<string>, interval: Interval | undefined): void {
  if (interval?.status !== 'due' && interval?.status !== 'overdue') return;
  for (const course of interval.reason.missing) missing.add(course);
}

function firstDifference(one: readonly Interval[], other: readonly Interval[], day: Day): Day | undefined {
  const edges = [
    day,
    ...[...one, ...other].flatMap(({ from, to }) => [from, ...(to < LAST_DAY ? [dayAfter(to)] : [])]),
  ];
  return edges
    .filter((edge) => edge >= day)
    .sort()
    .find((edge) => !isLike(intervalOn(one, edge), intervalOn(other, edge)));
}

function isLike(one: Interval | undefined, other: Interval | undefined): boolean {
  const days = (interval: Interval | undefined) => {
    if (interval === undefined || interval.status === 'not-required') return '';
    const { status, until, by, since } = interval;
    return [status, until?.day, by, since].join();
  };
  return days(one) === days(other);
}
