import type {
  AgencyDeclared,
  CertificateEvidence,
  CertificateRecorded,
  CertificateRefused,
  CertificateVerified,
  CertificateWithdrawn,
  CourseDeclared,
  Day,
  EquivalenceDecided,
  EquivalenceRevoked,
  Fact,
  PlatformDeclared,
} from '../events/learning_types.ts';
import type { Statement } from '../xapi/statement.ts';

/** What an event said, with the revision that made it. */
export interface Recorded<Data> {
  readonly revision: number;
  readonly data: Data;
}

/** A declaration that replaces the one before of the same id: the n-th version, from 1. */
export interface Versioned<Data> extends Recorded<Data> {
  readonly version: number;
}

/** A decision as known at a revision, with its revocation when that is known. */
export interface KnownDecision extends Versioned<EquivalenceDecided> {
  readonly revoked: Recorded<EquivalenceRevoked> | undefined;
}

/** Everything declared, as known at one revision: the latest version of each, by id. */
export interface Policy {
  readonly agencies: ReadonlyMap<string, Versioned<AgencyDeclared>>;
  readonly platforms: ReadonlyMap<string, Versioned<PlatformDeclared>>;
  readonly courses: ReadonlyMap<string, Versioned<CourseDeclared>>;
  readonly decisions: ReadonlyMap<string, KnownDecision>;
}

/** A statement of the learner, not voided as known then. */
export interface LearnerStatement {
  readonly revision: number;
  /** Its timestamp (else stored): microseconds since 1970 UTC. */
  readonly at: bigint;
  readonly statement: Statement;
}

/** A certificate from elsewhere with what became of it. */
export interface RecordedCertificate extends Recorded<CertificateRecorded> {
  readonly verified: Recorded<CertificateVerified> | undefined;
  readonly refused: Recorded<CertificateRefused> | undefined;
}

/** What is known of one learner at one revision, whatever the day that is asked about. */
export interface LearnerRecord {
  readonly statements: readonly LearnerStatement[];
  readonly recorded: readonly RecordedCertificate[];
  /** Withdrawals of the learner's certificates, in order of revision. */
  readonly withdrawn: readonly Recorded<CertificateWithdrawn>[];
}

/** A fact with the revision that recorded it. */
export type KnownFact = Fact & { readonly revision: number };

/** What shows that a course was completed. */
export type Evidence =
  | {
      readonly kind: 'statement';
      readonly statementId: string;
      readonly revision: number;
      readonly timestamp: string;
      readonly platform: string;
      readonly edition?: string;
      readonly scaled?: number;
    }
  | {
      readonly kind: 'recorded';
      readonly revision: number;
      readonly issuer: string;
      readonly number?: string;
      readonly verifiedBy?: { readonly authority: string; readonly revision: number };
      readonly documents: readonly CertificateEvidence[];
    };

export type CertificateState = 'valid' | 'pending' | 'refused' | 'revoked' | 'suspended' | 'expired';

/** One completion of one course on one day, as it stands on the day that is asked about. */
export interface Certificate {
  /** `recorded:REVISION`, or `earned:COURSE:STATEMENT` by the earliest statement that completed it. */
  readonly id: string;
  readonly course: string;
  /** The codes of the editions that the evidence names. */
  readonly editions: readonly string[];
  readonly version?: string;
  readonly completed: Day;
  readonly issued?: Day;
  readonly expires?: Day;
  /** The best scaled score that the evidence has. */
  readonly scaled?: number;
  readonly state: CertificateState;
  /** Why it is not valid, with the event that said so. */
  readonly stateSince?: {
    readonly day: Day;
    readonly revision?: number;
    readonly reason?: string;
    readonly authority?: string;
  };
  /** The last day on which it is valid, as recorded now; absent: it is not valid, or without end. */
  readonly until?: Until;
  /** The first is the earliest by (timestamp, id). */
  readonly evidence: readonly Evidence[];
}

/** A decision as an answer cites it. */
export interface CitedDecision {
  readonly decision: string;
  readonly version: number;
  readonly revision: number;
  readonly agency: string | null;
  readonly basis: string;
  readonly effect: 'counts' | 'does-not-count';
  readonly decidedBy: string;
  readonly reason?: string;
}

/** A condition that did not hold, with what it asked and what there was. */
export interface FailedCondition {
  readonly condition:
    | 'state'
    | 'in-force'
    | 'replaced'
    | 'agency'
    | 'version'
    | 'edition'
    | 'completed-from'
    | 'completed-to'
    | 'maximum-age'
    | 'minimum-score'
    | 'language'
    | 'platform'
    | 'issuer'
    | 'together-with'
    | 'decision-begins'
    | 'decision-ended'
    | 'decision-revoked';
  readonly required?: unknown;
  readonly found?: unknown;
  /** The revision of the event that says so, where there is one. */
  readonly revision?: number;
}

/** What ends the counting on the day `until`. */
export interface Until {
  readonly day: Day;
  readonly because:
    | 'expiry'
    | 'maximum-age'
    | 'decision-ends'
    | 'decision-revoked'
    | 'replaced'
    | 'does-not-count'
    | 'revoked'
    | 'suspended';
}

/** A course that a certificate counts for, or that somebody could think it counts for, with why (not). */
export interface Recognition {
  readonly course: string;
  readonly counts: boolean;
  /** The last day on which it counts, as recorded now; null: without end, or it does not count. */
  readonly until: Until | null;
  /** How: as the course itself, or by decisions (more than one only where they are transitive). */
  readonly by: 'itself' | 'decision';
  readonly decisions: readonly CitedDecision[];
  /** Other certificates (ids) that count for it together with this one. */
  readonly together: readonly string[];
  /** When it does not count. */
  readonly failed: readonly FailedCondition[];
}

export interface RecognisedCertificate {
  readonly certificate: Certificate;
  /** Whether it counts for anything. */
  readonly counts: boolean;
  /** What it counts for first. */
  readonly recognitions: readonly Recognition[];
}
