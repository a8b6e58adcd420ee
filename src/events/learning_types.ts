/**
 * The data of the events about people, the catalogue, certificates and equivalence. Days are calendar days
 * (`YYYY-MM-DD`), ranges name their first and their last day. What an event makes (a link, a claim, a merge, a recorded
 * certificate) is named by the event's own ledger revision.
 */

/** `YYYY-MM-DD`. */
export type Day = string;

/** An ISO 8601 period of years, months, weeks and days: `P3Y`, `P6M`, `P1Y6M`. */
export type Period = string;

/**
 * The request that an event came with, when its client named it by an idempotency key: so that every node knows that it
 * was answered. `digest` is the SHA-256 of what was asked, in hex.
 */
export interface RequestMark {
  readonly key: string;
  readonly digest: string;
}

export interface Marked {
  readonly request?: RequestMark;
}

/** A request with an idempotency key asked for nothing that was not so already: it was answered with `revision`. */
export interface RequestAnswered {
  readonly request: RequestMark;
  readonly revision: number;
}

export interface AgencyDeclared extends Marked {
  readonly agency: string;
  readonly name: string;
  /** The IANA name of the zone in which its days are counted; UTC when absent. */
  readonly zone?: string;
}

/** A platform is who states: its name, and the authorities (`agentKey`s) under which its statements are stored. */
export interface PlatformDeclared extends Marked {
  readonly platform: string;
  readonly name: string;
  readonly authorities: readonly string[];
}

export interface Edition {
  readonly code: string;
  /** A language tag. */
  readonly language?: string;
  /** The agency in whose system the code is known, when not in all. */
  readonly agency?: string;
  readonly version?: string;
  /** The code is probably misprinted: it is kept, and nothing is found by it until it is verified. */
  readonly unverified?: true;
  readonly note?: string;
}

export interface WhereTaken {
  readonly link?: string;
  /** How it is taken: `online`, `in-person`, `blended`, … */
  readonly mode: string;
  /** For which kind of account: `inspira`, `self-made`, … */
  readonly accounts?: string;
  readonly note?: string;
}

/** A statement of a trusted platform that meets all members completes the course. */
export interface StatementRule {
  /** The platforms whose statements count. */
  readonly platforms: readonly string[];
  readonly verbs: readonly string[];
  /** Activity ids, of which the statement has one where `in` says. */
  readonly activities: readonly string[];
  /** By default the object. */
  readonly in?: 'object' | 'parent' | 'grouping' | 'category' | 'other';
  /** The code of the edition that it completes. */
  readonly edition?: string;
  readonly success?: boolean;
  readonly completion?: boolean;
  readonly minScaled?: number;
  /** Result extensions and the values that they must have. */
  readonly extensions?: Readonly<Record<string, string | number | boolean>>;
}

export type MoveOn = 'Passed' | 'Completed' | 'CompletedAndPassed' | 'CompletedOrPassed' | 'NotApplicable';

/** What a cmi5 course structure says completes it (cmi5 9.6.3.2 moveOn, 9.3.9 satisfied). */
export interface Cmi5Rule {
  readonly platforms: readonly string[];
  readonly cmi5: {
    /** The assignable unit (activity id) and its moveOn criterion, within one registration. */
    readonly unit?: { readonly activity: string; readonly moveOn: MoveOn };
    /** The course or block whose `satisfied` statement completes. */
    readonly satisfied?: string;
    /** Whether `waived` completes the unit; it does by default. */
    readonly waived?: boolean;
  };
  readonly edition?: string;
}

export type CompletionRule = StatementRule | Cmi5Rule;

/** A course as it is declared from this revision on; the declaration before is its older version. */
export interface CourseDeclared extends Marked {
  readonly course: string;
  readonly title: string;
  /** The agency whose own it is; absent: it is common to all. */
  readonly agency?: string;
  readonly version?: string;
  readonly editions: readonly Edition[];
  /** The first and the last day on which it can be completed. */
  readonly from?: Day;
  readonly to?: Day;
  /** From that day on the other is taken instead, and certificates of this one stop counting unless they are kept. */
  readonly replacedBy?: {
    readonly course: string;
    readonly from: Day;
    readonly keep?: boolean;
    readonly note?: string;
  };
  readonly taken?: readonly WhereTaken[];
  readonly completion: readonly CompletionRule[];
  /** How long what is earned is valid, from the day of completion. */
  readonly validity?: Period;
  readonly mandate?: string;
  readonly note?: string;
}

export type FactValue = string | number | boolean | readonly string[];

/** Of an assignment (person and agency) or of a place. */
export type FactSubject = { readonly person: string; readonly agency: string } | { readonly place: string };

/**
 * Something that was so from a day to a day. Of facts of one subject, name and key the later revision wins on the days
 * that it covers; null takes back what was recorded for them: nothing is known then. The fact `assigned` (true) says
 * that the person is in the agency.
 */
export type Fact = FactSubject & {
  readonly name: string;
  /** Tells apart what a subject can have several of at once: deployments, required courses. */
  readonly key?: string;
  readonly value: FactValue | null;
  readonly from: Day;
  readonly to?: Day;
};

export interface FactsRecorded extends Marked {
  readonly facts: readonly Fact[];
}

/** The account's statements are the person's, as known from here on, until the link is withdrawn. */
export interface AccountLinked extends Marked {
  /** See `accountKey`. */
  readonly account: string;
  /** The identifier as it was given, where the account does not show it: a mailbox. */
  readonly written?: string;
  readonly person: string;
  /** The claim that is confirmed by it. */
  readonly claim?: number;
  /** Why it is so; `oidc-email`: the claimant's token vouched for the address. */
  readonly basis?: string;
}

export interface AccountUnlinked extends Marked {
  readonly link: number;
  readonly reason?: string;
}

/** A learner says that an account is theirs. Nothing follows from it until it is confirmed. */
export interface AccountClaimed extends Marked {
  readonly account: string;
  /** See `AccountLinked`. */
  readonly written?: string;
  readonly person: string;
  /** What was shown: a kind that the claimant names, with whatever it says. */
  readonly proof?: { readonly kind: string; readonly value: string };
}

export interface ClaimRefused extends Marked {
  readonly claim: number;
  readonly reason: string;
}

export interface PersonsMerged extends Marked {
  readonly persons: readonly [string, string];
  readonly reason?: string;
}

export interface PersonsUnmerged extends Marked {
  readonly merge: number;
  readonly reason?: string;
}

/** A document that is kept as a blob, or a link with the SHA-256 (hex) of what it showed. */
export type CertificateEvidence =
  | { readonly sha256: string; readonly length: number; readonly contentType: string }
  | { readonly link: string; readonly sha256: string };

/** A certificate from elsewhere was submitted. It is pending, and counts for nothing, until it is verified. */
export interface CertificateRecorded extends Marked {
  readonly person: string;
  readonly course: string;
  /** The code of the edition. */
  readonly edition?: string;
  readonly version?: string;
  readonly issuer: string;
  readonly number?: string;
  readonly completed: Day;
  readonly issued?: Day;
  readonly expires?: Day;
  readonly evidence: readonly CertificateEvidence[];
  /** The agency that submitted it; absent: the learner. */
  readonly submittedBy?: string;
}

/** The certificate that a recorded one's revision, or one of an earned one's statements, names. */
export type CertificateName =
  | { readonly recorded: number }
  | {
      readonly course: string;
      readonly statement: string;
      /** Whose completion on which day it is: it stays withdrawn when its statement is voided and stated anew. */
      readonly person?: string;
      readonly completed?: Day;
    };

export interface CertificateVerified extends Marked {
  readonly recorded: number;
  /** Who verified it, by name. */
  readonly authority: string;
  readonly note?: string;
}

export interface CertificateRefused extends Marked {
  readonly recorded: number;
  readonly authority: string;
  readonly reason: string;
}

/** The certificate does not count from a day on: for good, or to a day. */
export interface CertificateWithdrawn extends Marked {
  readonly certificate: CertificateName;
  readonly kind: 'revoked' | 'suspended';
  readonly from: Day;
  /** The last day of a suspension. */
  readonly to?: Day;
  readonly authority: string;
  readonly reason: string;
}

/** What a certificate must be to count. */
export interface EquivalenceSource {
  readonly course: string;
  /** Only this version of the course, or only this edition (code). */
  readonly version?: string;
  readonly edition?: string;
  /** Completed on or after, and on or before. */
  readonly completedFrom?: Day;
  readonly completedTo?: Day;
  /** How old it may be on the day that is asked about. */
  readonly maxAge?: Period;
  readonly minScaled?: number;
  readonly languages?: readonly string[];
  /** Whose evidence counts: platforms of earned, issuers of recorded certificates. */
  readonly platforms?: readonly string[];
  readonly issuers?: readonly string[];
}

/** An agency (absent: all) decides that certificates of some courses, together, count for another, or do not. */
export interface EquivalenceDecided extends Marked {
  readonly decision: string;
  readonly agency?: string;
  readonly effect: 'counts' | 'does-not-count';
  /** All of them together. */
  readonly sources: readonly EquivalenceSource[];
  readonly target: string;
  /** The target counts for the one source, too. */
  readonly mutual?: boolean;
  /** What counts for a source by another decision of the agency counts for the target, too. */
  readonly transitive?: boolean;
  /** The days on which it applies. */
  readonly from: Day;
  readonly to?: Day;
  readonly basis: { readonly document: string; readonly link?: string };
  readonly decidedBy: string;
  readonly reason?: string;
}

export interface EquivalenceRevoked extends Marked {
  readonly decision: string;
  /** The first day on which it does not apply any more. */
  readonly from: Day;
  /** Completions before that day go on counting. */
  readonly keep: boolean;
  readonly reason: string;
}

export interface LearningEventData {
  'request-answered': RequestAnswered;
  'agency-declared': AgencyDeclared;
  'platform-declared': PlatformDeclared;
  'course-declared': CourseDeclared;
  'facts-recorded': FactsRecorded;
  'account-linked': AccountLinked;
  'account-unlinked': AccountUnlinked;
  'account-claimed': AccountClaimed;
  'claim-refused': ClaimRefused;
  'persons-merged': PersonsMerged;
  'persons-unmerged': PersonsUnmerged;
  'certificate-recorded': CertificateRecorded;
  'certificate-verified': CertificateVerified;
  'certificate-refused': CertificateRefused;
  'certificate-withdrawn': CertificateWithdrawn;
  'equivalence-decided': EquivalenceDecided;
  'equivalence-revoked': EquivalenceRevoked;
}
