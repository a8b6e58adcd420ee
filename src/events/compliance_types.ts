import type { Day, Marked, Period } from './learning_types.ts';

/**
 * The data of the events about compliance: who must learn what, waivers, learning paths, programmes, snapshots. Days are
 * calendar days, ranges name their first and their last day.
 */

/** Grades, or whatever has ranks: the lowest first. */
export interface LadderDeclared extends Marked {
  readonly ladder: string;
  readonly ranks: readonly string[];
}

/**
 * Something that holds of a person in an agency on a day, or does not, or is unknown: where a fact that it asks for was
 * not recorded. Only so much is unknown as matters: `any` holds when one member holds, whatever the others are.
 */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | PlaceCondition
  | FactCondition;

/** The place that a fact of the person names is so; where several facts name places, one of them. */
export interface PlaceCondition {
  /** The name of the person's fact. */
  readonly at: string;
  /** What is asked of the place: on the day, or on the fact's first day where that is later. */
  readonly is: Condition;
  /** As in a condition on a fact. */
  readonly key?: string;
  readonly ahead?: Period;
  readonly unrecorded?: boolean;
}

/** A fact has a value; of a fact that has keys, one of its values. Just one of the tests is given. */
export interface FactCondition {
  readonly fact: string;
  /** Only the fact of this key. */
  readonly key?: string;
  readonly equals?: string | number | boolean;
  readonly in?: readonly (string | number | boolean)[];
  /** A set has this member. */
  readonly contains?: string;
  /** The value is a rank of a ladder, not below and not above these. A value that is no rank is unknown. */
  readonly ladder?: string;
  readonly min?: string;
  readonly max?: string;
  /** Whether it holds already so long before the fact does: of what is planned. */
  readonly ahead?: Period;
  /** What holds where nobody recorded the fact: it is not unknown then. */
  readonly unrecorded?: boolean;
}

/** What must have been learned. */
export type Satisfaction =
  | { readonly all: readonly Satisfaction[]; readonly ordered?: true }
  | { readonly any: readonly Satisfaction[] }
  | { readonly atLeast: number; readonly of: readonly Satisfaction[] }
  | NeededWhen
  | CourseNeeded
  | BoundCourse;

/** Needed only by whom the condition holds for, on the day; for others a member that is not there. */
export interface NeededWhen {
  readonly when: Condition;
  readonly needs: Satisfaction;
}

interface CompletionNeeded {
  /** Completed on or after, and on or before. */
  readonly completedFrom?: Day;
  readonly completedTo?: Day;
  /** How old the completion may be on the day that is asked about. */
  readonly maxAge?: Period;
  /** The requirement's recurrence does not concern it: once is enough. */
  readonly recurs?: false;
}

/** A certificate that counts for the course, in the agency: as itself, or by a decision on equivalence. */
export interface CourseNeeded extends CompletionNeeded {
  readonly course: string;
}

/** The course that a fact of a place names (`course`), for each place that the person's fact (`boundTo`) names. */
export interface BoundCourse extends CompletionNeeded {
  readonly boundTo: string;
  readonly course: string;
  /** Whether it is needed already so long before the person's fact holds: of what is planned. */
  readonly ahead?: Period;
}

/** Absent: once is enough. */
export type Recurrence =
  | {
      readonly every: Period;
      /**
       * A completion in the last `window` before the end prolongs from the end; any other counts from its own day.
       * Absent: all do.
       */
      readonly window?: Period;
      /** After the end there is so much time to renew. */
      readonly toRenew?: Period;
    }
  | {
      /** The first day of each cycle: `04-01`. There is the whole cycle to complete. */
      readonly yearly: string;
      /** Only so much of a cycle, from its first day. */
      readonly toRenew?: Period;
    };

/** How much time there is: within a period of an anchor, or to the day before a fact begins. */
export type TimeToComply =
  | {
      readonly within: Period;
      /** A fact whose value is a day, or else whose first day it is. Absent: the first day on which it applies. */
      readonly anchor?: string;
    }
  | { readonly before: string };

/**
 * Who must have learned what, from a day on. Of one requirement the declaration with the latest `from` that is not after
 * a day is in force on it; another declaration with the same `from` replaces the one before.
 */
export interface RequirementDeclared extends Marked {
  readonly requirement: string;
  readonly title: string;
  /** Absent: of all agencies. */
  readonly agency?: string;
  readonly from: Day;
  readonly to?: Day;
  readonly appliesTo: Condition;
  readonly satisfiedBy: Satisfaction;
  readonly recurrence?: Recurrence;
  readonly timeToComply?: TimeToComply;
  /** Days without it that do not begin the time to comply anew. */
  readonly bridge?: number;
  /** How old evidence may be on the day on which the requirement begins to apply to the person. */
  readonly evidenceAge?: Period;
  /** What being absent does, where anything: one is waived, or the clock stops. */
  readonly absence?: { readonly when: Condition; readonly effect: 'excuses' | 'stops-clock' };
  readonly mandate?: string;
  readonly note?: string;
}

/** What was declared from a day on is as if it had not been. */
export interface RequirementWithdrawn extends Marked {
  readonly requirement: string;
  readonly from: Day;
  readonly reason: string;
}

/** On its days, persons or a group need not; or they have more time. */
export interface WaiverGranted extends Marked {
  readonly waiver: string;
  readonly requirements: readonly string[];
  /** Absent: in all agencies. */
  readonly agency?: string;
  /** Either persons or a group. */
  readonly persons?: readonly string[];
  readonly group?: Condition;
  readonly from: Day;
  readonly to?: Day;
  /** It is an extension: nobody is waived, and what is due is due by this day if not later. */
  readonly extendsTo?: Day;
  /** Its days do not count in the time to comply. */
  readonly stopsClock?: true;
  readonly reason: string;
  readonly grantedBy: string;
}

/** The waiver is as if it had not been. */
export interface WaiverWithdrawn extends Marked {
  readonly waiver: string;
  readonly reason: string;
}

export interface PathStep {
  readonly step: string;
  readonly title: string;
  readonly satisfiedBy: Satisfaction;
}

/** A learning path: curated, for whoever follows it, or a person's own. */
export interface PathDeclared extends Marked {
  readonly path: string;
  readonly title: string;
  /** The agency that curates it; absent: common to all, or personal. */
  readonly agency?: string;
  /** Whose own it is. */
  readonly person?: string;
  /** Steps are done in their order. */
  readonly ordered?: true;
  readonly steps: readonly PathStep[];
  readonly note?: string;
}

export interface ProgrammePart {
  readonly part: string;
  readonly title: string;
  /** `complete`, `attend`, `take-part`, … */
  readonly kind: string;
  readonly satisfiedBy: Satisfaction;
}

/** Which parts make a graduate. */
export type PartsNeeded =
  | { readonly all: readonly PartsNeeded[] }
  | { readonly any: readonly PartsNeeded[] }
  | { readonly atLeast: number; readonly of: readonly PartsNeeded[] }
  | { readonly part: string };

/**
 * A cohort programme. Who takes part is a dated fact: `enrolled`, with the cohort as its key and the programme as its
 * value.
 */
export interface ProgrammeDeclared extends Marked {
  readonly programme: string;
  readonly title: string;
  readonly agency?: string;
  readonly parts: readonly ProgrammePart[];
  readonly graduates: PartsNeeded;
  readonly note?: string;
}

/** What an agency (absent: the whole system) showed of compliance, frozen: the content is the blob of that hash. */
export interface SnapshotFrozen extends Marked {
  readonly snapshot: string;
  readonly agency?: string;
  readonly asOf: Day;
  /** A ledger revision. */
  readonly knownAt: number;
  /** The version of the canonical form. */
  readonly form: number;
  /** SHA-256 of the content, in hex. */
  readonly digest: string;
  /** Bytes. */
  readonly length: number;
  readonly title?: string;
}

export interface ComplianceEventData {
  'ladder-declared': LadderDeclared;
  'requirement-declared': RequirementDeclared;
  'requirement-withdrawn': RequirementWithdrawn;
  'waiver-granted': WaiverGranted;
  'waiver-withdrawn': WaiverWithdrawn;
  'path-declared': PathDeclared;
  'programme-declared': ProgrammeDeclared;
  'snapshot-frozen': SnapshotFrozen;
}
