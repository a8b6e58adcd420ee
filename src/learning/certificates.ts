import type { CertificateWithdrawn, Day, Period } from '../events/learning_types.ts';
import { microsOf } from '../xapi/instant.ts';
import type { Catalogue } from './catalogue.ts';
import { type Completion, completionsOf, type StatementEvidence } from './completions.ts';
import { addPeriod, dayAfter, dayBefore, dayOf } from './days.ts';
import type { Certificate, Evidence, LearnerRecord, Recorded, RecordedCertificate } from './model.ts';

/** The day that is asked about, and the zone in which days are counted. */
export interface CertificatesAsked {
  readonly asOf: Day;
  /** An IANA name. */
  readonly zone: string;
}

/** What shows that one course was completed on one day: one certificate. */
export interface Proof {
  readonly course: string;
  readonly completed: Day;
  readonly earned: readonly Completion[];
  /** Verified ones or, alone, one that is not. */
  readonly recorded: readonly RecordedCertificate[];
}

type Withdrawal = Recorded<CertificateWithdrawn>;

/** A state with what it is since, and when it ends. */
type Standing = Pick<Certificate, 'state' | 'stateSince' | 'until'>;

/**
 * A learner's certificates as they stand on a day, the latest completion first: one for each course and day on which
 * it was completed, whatever the number of platforms, and none that was completed later. What is recorded and verified
 * is one with what was earned on the same day; what is not (yet) verified stands alone, for there is nothing that it
 * shows. Who withdraws a certificate may name it by any of its evidence.
 */
export function certificatesOf(
  record: LearnerRecord,
  catalogue: Catalogue,
  { asOf, zone }: CertificatesAsked,
): readonly Certificate[] {
  return certificatesOn(proofsOf(record, catalogue, zone), record.withdrawn, catalogue, asOf);
}

/** As `certificatesOf`, for another day of the same learner: what shows the completions is found already. */
export function certificatesOn(
  proofs: readonly Proof[],
  withdrawn: LearnerRecord['withdrawn'],
  catalogue: Catalogue,
  asOf: Day,
): readonly Certificate[] {
  return proofs
    .filter(({ completed }) => completed <= asOf)
    .map((proof) => certificateOf(proof, withdrawn, catalogue, asOf))
    .sort(inOrder);
}

function inOrder(a: Certificate, b: Certificate): number {
  if (a.completed !== b.completed) return a.completed > b.completed ? -1 : 1;
  if (a.course !== b.course) return a.course < b.course ? -1 : 1;
  return compareCertificateIds(a.id, b.id);
}

/** By course and statement; what was recorded, in the order in which it was: `recorded:9` before `recorded:10`. */
export function compareCertificateIds(one: string, other: string): number {
  const areRecorded = one.startsWith('recorded:') && other.startsWith('recorded:');
  if (areRecorded && one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : 1;
}

/** What shows completions, in no order. @param zone in which days are counted */
export function proofsOf(
  { statements, recorded }: LearnerRecord,
  catalogue: Catalogue,
  zone: string,
): readonly Proof[] {
  const alone: Proof[] = [];
  const proofs = new Map<string, { earned: Completion[]; recorded: RecordedCertificate[] } & Proof>();
  const proofOf = (course: string, completed: Day) =>
    proofs.getOrInsertComputed(`${completed} ${course}`, () => ({ course, completed, earned: [], recorded: [] }));
  for (const completion of completionsOf(statements, catalogue)) {
    proofOf(completion.course, dayOf(completion.at, zone)).earned.push(completion);
  }
  for (const certificate of recorded) {
    const { course, completed } = certificate.data;
    if (isVerified(certificate)) proofOf(course, completed).recorded.push(certificate);
    else alone.push({ course, completed, earned: [], recorded: [certificate] });
  }
  return [...proofs.values(), ...alone];
}

/** Of a verification and a refusal the later one holds. */
function isVerified({ verified, refused }: RecordedCertificate): boolean {
  return verified !== undefined && (refused === undefined || refused.revision < verified.revision);
}

/** A proof as it stands on a day that is not before its completion. @param withdrawn all of the learner's */
export function certificateOf(
  { course, completed, earned, recorded: unordered }: Proof,
  withdrawn: readonly Withdrawal[],
  catalogue: Catalogue,
  asOf: Day,
): Certificate {
  const statements = statementsOf(earned.flatMap(({ evidence }) => evidence));
  const recorded = unordered.toSorted((a, b) => a.revision - b.revision);
  const editions = [...earned, ...recorded.map(({ data }) => data)].flatMap(({ edition }) => edition ?? []);
  const version =
    recorded.find(({ data }) => data.version !== undefined)?.data.version ?? versionOf(course, editions, catalogue);
  const issued = recorded.find(({ data }) => data.issued !== undefined)?.data.issued;
  const expires = expiryOf(completed, earned, recorded, catalogue.courses.get(course)?.data.validity);
  const scores = earned.flatMap(({ scaled }) => scaled ?? []);
  const own = withdrawn.filter(({ data: { certificate } }) =>
    'recorded' in certificate
      ? recorded.some(({ revision }) => revision === certificate.recorded)
      : certificate.course === course &&
        (certificate.completed === completed ||
          statements.some(({ statementId }) => statementId === certificate.statement.toLowerCase())),
  );
  // What completed it: a pass that came earlier can belong to several certificates.
  const [first] = statementsOf(earned.flatMap(({ evidence }) => evidence.at(-1) ?? []));
  return {
    id: first === undefined ? `recorded:${recorded[0]!.revision}` : `earned:${course}:${first.statementId}`,
    course,
    editions: [...new Set(editions)].sort(),
    ...(version !== undefined && { version }),
    completed,
    ...(issued !== undefined && { issued }),
    ...(expires !== undefined && { expires }),
    ...(scores.length > 0 && { scaled: Math.max(...scores) }),
    ...(unverifiedStanding(recorded) ?? standingOf(own, expires, asOf)),
    evidence: [...statements, ...recorded.map(recordedEvidence)],
  };
}

/** Each statement once, in ascending order of (timestamp, id). */
function statementsOf(evidence: readonly StatementEvidence[]): readonly StatementEvidence[] {
  const byId = new Map(evidence.map((one) => [one.statementId, one]));
  if (byId.size < 2) return [...byId.values()];
  return [...byId.values()]
    .map((one) => ({ one, at: microsOf(one.timestamp) }))
    .sort((a, b) => (a.at < b.at || (a.at === b.at && a.one.statementId < b.one.statementId) ? -1 : 1))
    .map(({ one }) => one);
}

function recordedEvidence({ revision, data, verified }: RecordedCertificate): Evidence {
  return {
    kind: 'recorded',
    revision,
    issuer: data.issuer,
    ...(data.number !== undefined && { number: data.number }),
    ...(verified && { verifiedBy: { authority: verified.data.authority, revision: verified.revision } }),
    documents: data.evidence,
  };
}

/** The version that an edition says or, where none does, that the course has. */
function versionOf(course: string, editions: readonly string[], { courses }: Catalogue): string | undefined {
  const declared = courses.get(course)?.data;
  const edition = declared?.editions.find(({ code, version }) => version !== undefined && editions.includes(code));
  return edition?.version ?? declared?.version;
}

/** The last day of validity: of several pieces of evidence each would be enough, so the latest is. */
function expiryOf(
  completed: Day,
  earned: readonly Completion[],
  recorded: readonly RecordedCertificate[],
  validity: Period | undefined,
): Day | undefined {
  const byCourse = validity === undefined ? undefined : addPeriod(completed, validity);
  const days = recorded.map(({ data }) => data.expires ?? byCourse);
  if (earned.length > 0) days.push(byCourse);
  return days.includes(undefined) ? undefined : days.toSorted().at(-1);
}

/** Refused or pending: nothing else matters then. It has been so from its completion on. */
function unverifiedStanding(recorded: readonly RecordedCertificate[]): Standing | undefined {
  const [one] = recorded;
  if (one === undefined || isVerified(one)) return undefined;
  const { revision, data, refused } = one;
  const day = data.completed;
  if (refused === undefined) return { state: 'pending', stateSince: { day, revision } };
  const { authority, reason } = refused.data;
  return { state: 'refused', stateSince: { day, revision: refused.revision, reason, authority } };
}

/** What withdrawals (of this certificate, in order of revision) and its expiry make of it on a day. */
function standingOf(withdrawn: readonly Withdrawal[], expires: Day | undefined, asOf: Day): Standing {
  const begun = withdrawn.filter(({ data }) => data.from <= asOf && (data.to === undefined || asOf <= data.to));
  const holding = earliest(begun.filter(({ data }) => data.kind === 'revoked')) ?? earliest(begun);
  if (holding !== undefined) {
    const { kind, from, reason, authority } = holding.data;
    return { state: kind, stateSince: { day: from, revision: holding.revision, reason, authority } };
  }
  if (expires !== undefined && expires < asOf) return { state: 'expired', stateSince: { day: dayAfter(expires) } };
  const next = earliest(withdrawn.filter(({ data }) => data.from > asOf));
  if (next !== undefined && (expires === undefined || next.data.from <= expires)) {
    return { state: 'valid', until: { day: dayBefore(next.data.from), because: next.data.kind } };
  }
  return { state: 'valid', ...(expires !== undefined && { until: { day: expires, because: 'expiry' } }) };
}

/** The one from the earliest day on; of several of one day the first recorded. */
function earliest(withdrawn: readonly Withdrawal[]): Withdrawal | undefined {
  return withdrawn.reduce<Withdrawal | undefined>(
    (first, one) => (first === undefined || one.data.from < first.data.from ? one : first),
    undefined,
  );
}
