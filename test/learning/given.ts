import type {
  CertificateRecorded,
  CourseDeclared,
  EquivalenceDecided,
  EquivalenceRevoked,
  PlatformDeclared,
} from '../../src/events/learning_types.ts';
import { type Catalogue, compileCatalogue } from '../../src/learning/catalogue.ts';
import { certificatesOf } from '../../src/learning/certificates.ts';
import type {
  Certificate,
  KnownDecision,
  LearnerRecord,
  LearnerStatement,
  Policy,
  Recognition,
  RecordedCertificate,
} from '../../src/learning/model.ts';
import { recognise } from '../../src/learning/recognition.ts';
import { microsOf } from '../../src/xapi/instant.ts';
import type { Statement } from '../../src/xapi/statement.ts';

export const PASSED = 'http://adlnet.gov/expapi/verbs/passed';

/** The platforms `hub` and `campus`, which every course of `aCourse` trusts, and `blog`, which none does. */
export const PLATFORMS: readonly PlatformDeclared[] = ['hub', 'campus', 'blog'].map((platform) => ({
  platform,
  name: platform,
  authorities: [`mailto:${platform}@example.org`],
}));

/** The id of a course's activity. */
export function activityOf(course: string): string {
  return `https://example.org/courses/${course}`;
}

/** A course that `hub` and `campus` complete by passing its activity. */
export function aCourse(course: string, changes: Partial<CourseDeclared> = {}): CourseDeclared {
  const completion = [{ platforms: ['hub', 'campus'], verbs: [PASSED], activities: [activityOf(course)] }];
  return { course, title: course, editions: [], completion, ...changes };
}

/** A decision that `source` counts for `target` from the first day of 2000 on. */
export function aDecision(
  source: string,
  target: string,
  changes: Partial<EquivalenceDecided> = {},
  revoked?: Pick<EquivalenceRevoked, 'from' | 'keep'>,
): Omit<KnownDecision, 'revision' | 'version'> {
  const data: EquivalenceDecided = {
    decision: `${source}-${target}`,
    effect: 'counts',
    sources: [{ course: source }],
    target,
    from: '2000-01-01',
    basis: { document: 'DOC/1' },
    decidedBy: 'Learning board',
    ...changes,
  };
  const revocation = { decision: data.decision, reason: 'superseded', ...revoked } as EquivalenceRevoked;
  return { data, revoked: revoked && { revision: 900, data: revocation } };
}

export function aPolicy(
  courses: readonly CourseDeclared[],
  decisions: readonly Omit<KnownDecision, 'revision' | 'version'>[] = [],
): Policy {
  const versioned = <Data>(data: Data, index: number) => ({ revision: 10 + index, version: 1, data });
  return {
    agencies: new Map(),
    platforms: new Map(PLATFORMS.map((data, i) => [data.platform, versioned(data, i)])),
    courses: new Map(courses.map((data, i) => [data.course, versioned(data, 100 + i)])),
    decisions: new Map(decisions.map((known, i) => [known.data.decision, { revision: 510 + i, version: 1, ...known }])),
  };
}

export function aCatalogue(...policy: Parameters<typeof aPolicy>): Catalogue {
  return compileCatalogue(aPolicy(...policy));
}

/** The UUID of a number. */
export function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

interface Said extends Partial<Omit<Statement, 'id' | 'timestamp' | 'authority'>> {
  readonly number?: number;
  readonly platform?: string;
}

/** `hub` says on a day (at noon UTC, unless a time is named) that the learner passed a course. */
export function passed(
  course: string,
  day: string,
  { number = 1, platform = 'hub', ...said }: Said = {},
): LearnerStatement {
  const timestamp = day.includes('T') ? day : `${day}T12:00:00Z`;
  const statement: Statement = {
    id: idOf(number),
    actor: { mbox: 'mailto:learner-1@example.org' },
    verb: { id: PASSED },
    object: { id: activityOf(course) },
    timestamp,
    authority: { mbox: `mailto:${platform}@example.org` },
    ...said,
  };
  return { revision: 1000 + number, at: microsOf(timestamp), statement };
}

/** A certificate from elsewhere; `pending` unless it was verified (revision + 1) or refused (revision + 1). */
export function recorded(
  course: string,
  completed: string,
  became: 'pending' | 'verified' | 'refused' = 'verified',
  changes: Partial<CertificateRecorded> & { readonly revision?: number } = {},
): RecordedCertificate {
  const { revision = 2000, ...data } = changes;
  const said = { recorded: revision, authority: 'Records office', reason: 'not authentic' };
  return {
    revision,
    data: { person: 'p-1', course, issuer: 'Institute', completed, evidence: [], ...data },
    verified: became === 'verified' ? { revision: revision + 1, data: said } : undefined,
    refused: became === 'refused' ? { revision: revision + 1, data: said } : undefined,
  };
}

export function aRecord(
  statements: readonly LearnerStatement[],
  rest: Partial<Omit<LearnerRecord, 'statements'>> = {},
): LearnerRecord {
  return { statements, recorded: [], withdrawn: [], ...rest };
}

/** The certificates as of a day, in UTC. */
export function certificates(
  record: LearnerRecord,
  catalogue: Catalogue,
  asOf = '2030-01-01',
  zone = 'UTC',
): readonly Certificate[] {
  return certificatesOf(record, catalogue, { asOf, zone });
}

/** What all certificates of a record are recognised for, to `agency-b` unless another is named. */
export function recognitions(
  record: LearnerRecord,
  catalogue: Catalogue,
  asOf: string,
  agency: string | null = 'agency-b',
): readonly Recognition[] {
  const all = recognise(certificates(record, catalogue, asOf), catalogue, { agency, asOf });
  return all.flatMap((one) => one.recognitions);
}

/** Of these, the courses that something counts for, in order. */
export function countsFor(...args: Parameters<typeof recognitions>): readonly string[] {
  return recognitions(...args)
    .filter(({ counts }) => counts)
    .map(({ course }) => course)
    .sort();
}
