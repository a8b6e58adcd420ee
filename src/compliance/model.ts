import type {
  LadderDeclared,
  ProgrammeDeclared,
  RequirementDeclared,
  WaiverGranted,
} from '../events/compliance_types.ts';
import type { Day, FactValue } from '../events/learning_types.ts';
import type { Catalogue } from '../learning/catalogue.ts';
import type { KnownFact, LearnerRecord, Policy, Until, Versioned } from '../learning/model.ts';

/** A declaration of a requirement on the days on which it is in force: no later one begins by `to`. */
export interface Terms extends Versioned<RequirementDeclared> {
  readonly from: Day;
  readonly to: Day;
}

/** Everything declared about compliance, as known at one revision. */
export interface ComplianceDeclared {
  readonly ladders: ReadonlyMap<string, Versioned<LadderDeclared>>;
  /** Of each requirement, its declarations that are not withdrawn, in any order. */
  readonly requirements: ReadonlyMap<string, readonly Versioned<RequirementDeclared>[]>;
  /** None that is withdrawn. */
  readonly waivers: ReadonlyMap<string, Versioned<WaiverGranted>>;
  readonly programmes: ReadonlyMap<string, Versioned<ProgrammeDeclared>>;
}

/** What is declared, made ready: compiled once, evaluated for everybody. */
export interface CompliancePolicy {
  readonly policy: Policy;
  readonly catalogue: Catalogue;
  readonly declared: ComplianceDeclared;
  /** Of each requirement the terms in order of their days; they do not overlap. */
  readonly terms: ReadonlyMap<string, readonly Terms[]>;
  /** The ranks of each ladder, from 0. */
  readonly ranks: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By requirement: those for groups, and those that name a person, by the person. */
  readonly waivers: ReadonlyMap<
    string,
    {
      readonly ofGroups: readonly Versioned<WaiverGranted>[];
      readonly byPerson: ReadonlyMap<string, readonly Versioned<WaiverGranted>[]>;
    }
  >;
}

/** What is known of one person (whatever their ids) at one revision. */
export interface PersonRecord {
  /** All ids that are the person's. */
  readonly persons: readonly string[];
  readonly record: LearnerRecord;
  /** Of all ids and agencies, in the order in which they were recorded. */
  readonly facts: readonly KnownFact[];
}

/** The facts of a place, as known at the same revision, in the order in which they were recorded. */
export type FactsOfPlace = (place: string) => readonly KnownFact[];

export type StatusName = 'not-required' | 'undetermined' | 'compliant' | 'waived' | 'due' | 'overdue';

/** In order are all but those that are overdue, or of whom it is not known. */
export function isInOrder(status: StatusName): boolean {
  return status !== 'overdue' && status !== 'undetermined';
}

/** A fact that a status depends on and that nobody recorded for the day. */
export interface UnknownFact {
  /** Absent: the person's. */
  readonly place?: string;
  readonly fact: string;
  readonly key?: string;
}

/** Why a status is what it is: enough for a list; `explain` tells the whole. */
export interface Reason {
  /** The terms in force: the revision of their event. */
  readonly terms: number;
  /** Facts that are not known. */
  readonly unknown: readonly UnknownFact[];
  /** Courses (ids) that are missing, when something is. */
  readonly missing: readonly string[];
  /** The waiver (id) that holds, or `absence`. */
  readonly waiver: string | undefined;
  /** The ledger revision of the earliest evidence that satisfies, when it is satisfied. */
  readonly evidence: number | undefined;
}

/** How a person stands to a requirement in an agency on some days, the first and the last included. */
export interface Interval {
  readonly from: Day;
  /** `LAST_DAY` where nothing ends it as recorded now. */
  readonly to: Day;
  readonly status: StatusName;
  /** Compliant: the last day, and what ends it; null: nothing. Waived: the waiver's last day. */
  readonly until: { readonly day: Day; readonly because: EndCause } | null;
  /** Due: by this day. */
  readonly by: Day | null;
  /** Overdue: the first day of the present run out of order. */
  readonly since: Day | null;
  /** Whether the requirement certainly applies; who is undetermined may be so although it does. */
  readonly applies: boolean;
  readonly reason: Reason;
}

/** What ends being compliant. */
export type EndCause = Until['because'] | 'recurrence' | 'cycle' | 'successor' | 'waiver' | 'place';

/** Statuses of one person: by agency, then by requirement; days on which they are in the agency have an interval. */
export type Timelines = ReadonlyMap<string, ReadonlyMap<string, readonly Interval[]>>;

/** The value of a fact on some days, with the revision that recorded it. */
export interface FactSpan {
  readonly from: Day;
  readonly to: Day;
  readonly key: string;
  readonly value: FactValue;
  readonly revision: number;
}
