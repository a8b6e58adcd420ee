import { compileCompliance } from '../../src/compliance/compile.ts';
import { evaluate, intervalOn, placeBooks } from '../../src/compliance/evaluate.ts';
import type { CompliancePolicy, Interval, PersonRecord } from '../../src/compliance/model.ts';
import type {
  Condition,
  ProgrammeDeclared,
  RequirementDeclared,
  WaiverGranted,
} from '../../src/events/compliance_types.ts';
import type {
  CertificateWithdrawn,
  CourseDeclared,
  Day,
  EquivalenceDecided,
  Fact,
  FactValue,
} from '../../src/events/learning_types.ts';
import type {
  KnownDecision,
  KnownFact,
  LearnerRecord,
  RecordedCertificate,
  Versioned,
} from '../../src/learning/model.ts';

/** What stands in the tests of compliance: courses by their ids, one agency, certificates that were verified. */
export interface Given {
  readonly courses?: readonly CourseDeclared[];
  readonly decisions?: readonly KnownDecision[];
  readonly requirements: readonly RequirementDeclared[];
  readonly waivers?: readonly WaiverGranted[];
  readonly programmes?: readonly ProgrammeDeclared[];
  readonly ranks?: readonly string[];
  readonly zone?: string;
}

/** Everybody. */
export const EVERYBODY: Condition = { all: [] };
export const AGENCY = 'agency-a';
export const PERSON = 'P-1';

export function course(id: string, more: Partial<CourseDeclared> = {}): CourseDeclared {
  return { course: id, title: id, editions: [], completion: [], ...more };
}

export function requirement(more: Partial<RequirementDeclared> = {}): RequirementDeclared {
  return {
    requirement: 'safety',
    title: 'Safety',
    from: '2000-01-01',
    appliesTo: EVERYBODY,
    satisfiedBy: { course: 'safety' },
    ...more,
  };
}

export function equivalence(more: Partial<EquivalenceDecided> = {}): EquivalenceDecided {
  return {
    decision: 'decision',
    effect: 'counts',
    sources: [{ course: 'other' }],
    target: 'safety',
    from: '2000-01-01',
    basis: { document: 'Memo' },
    decidedBy: 'Board',
    ...more,
  };
}

export function waiver(more: Partial<WaiverGranted>): WaiverGranted {
  return {
    waiver: 'waiver',
    requirements: ['safety'],
    persons: [PERSON],
    from: '2000-01-01',
    reason: 'Illness',
    grantedBy: 'Chief',
    ...more,
  };
}

export function policyOf(given: Given): CompliancePolicy {
  const courses = given.courses ?? [course('safety'), course('other')];
  let revision = 10;
  const versioned = <Data>(data: Data): Versioned<Data> => ({ revision: revision++, version: 1, data });
  const byId = <Data>(all: readonly Data[], id: (data: Data) => string) =>
    new Map(all.map((data) => [id(data), versioned(data)]));
  return compileCompliance(
    {
      agencies: byId([{ agency: AGENCY, name: 'Agency A', zone: given.zone ?? 'UTC' }], ({ agency }) => agency),
      platforms: new Map(),
      courses: byId(courses, (one) => one.course),
      decisions: new Map((given.decisions ?? []).map((one) => [one.data.decision, one])),
    },
    {
      ladders: byId(given.ranks === undefined ? [] : [{ ladder: 'grade', ranks: given.ranks }], ({ ladder }) => ladder),
      requirements: Map.groupBy(given.requirements.map(versioned), ({ data }) => data.requirement),
      waivers: byId(given.waivers ?? [], (one) => one.waiver),
      programmes: byId(given.programmes ?? [], (one) => one.programme),
    },
  );
}

/** A fact of the person in the agency; `assigned` by default. */
export function fact(name: string, value: FactValue | null, from: Day, to?: Day, key?: string): Fact {
  return {
    person: PERSON,
    agency: AGENCY,
    name,
    value,
    from,
    ...(to !== undefined && { to }),
    ...(key !== undefined && { key }),
  };
}

export const assigned = (from: Day, to?: Day) => fact('assigned', true, from, to);

export function ofPlace(
  place: string,
  name: string,
  value: FactValue,
  from: Day,
  more: { to?: Day; key?: string } = {},
): Fact {
  return { place, name, value, from, ...more };
}

/** A verified certificate of a course, completed on a day. */
export function completed(
  of: string,
  day: Day,
  more: Partial<RecordedCertificate['data']> = {},
): RecordedCertificate['data'] {
  return { person: PERSON, course: of, issuer: 'Issuer', completed: day, evidence: [], ...more };
}

export function recordOf(
  certificates: readonly RecordedCertificate['data'][],
  withdrawn: readonly Withdrawn[] = [],
): LearnerRecord {
  const recorded = certificates.map((data, i): RecordedCertificate => {
    const revision = 1000 + 2 * i;
    const verified = { revision: revision + 1, data: { recorded: revision, authority: 'HR' } };
    return { revision, data, verified, refused: undefined };
  });
  return {
    statements: [],
    recorded,
    withdrawn: withdrawn.map(({ of, ...data }, i) => ({
      revision: 2000 + i,
      data: { ...data, certificate: { recorded: 1000 + 2 * of }, authority: 'HR', reason: 'Wrong' },
    })),
  };
}

export function known(facts: readonly Fact[]): KnownFact[] {
  return facts.map((one, i) => ({ ...one, revision: 100 + i }));
}

export interface Learner {
  readonly facts: readonly Fact[];
  readonly certificates?: readonly RecordedCertificate['data'][];
  readonly withdrawn?: readonly Withdrawn[];
}

/** What is withdrawn of a certificate: by its place in the list. */
export type Withdrawn = Pick<CertificateWithdrawn, 'kind' | 'from' | 'to'> & { readonly of: number };

/** How the person stands to a requirement, on every day. */
export function timeline(
  given: Given,
  { facts, certificates = [], withdrawn }: Learner,
  of = 'safety',
): readonly Interval[] {
  const all = known(facts);
  const person: PersonRecord = {
    persons: [PERSON],
    record: recordOf(certificates, withdrawn),
    facts: all.filter((one) => 'person' in one),
  };
  const places = placeBooks((place) => all.filter((one) => 'place' in one && one.place === place));
  return evaluate(person, policyOf(given), places).get(AGENCY)?.get(of) ?? [];
}

/** A short text of how a timeline stands on a day: `due by 2023-07-01`. */
export function standing(intervals: readonly Interval[], day: Day): string {
  const found = intervalOn(intervals, day);
  if (found === undefined) return 'nothing';
  const { status, until, by, since } = found;
  const more = [until && `until ${until.day} (${until.because})`, by && `by ${by}`, since && `since ${since}`];
  return [status, ...more.filter((one) => one !== null)].join(' ');
}
