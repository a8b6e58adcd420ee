import type { CertificateRecorded, Day, Fact } from '../events/learning_types.ts';
import { certificatesOf } from '../learning/certificates.ts';
import { bySlot, factOn, unrecordedFacts } from '../learning/facts.ts';
import type { KnownFact, Policy, RecognisedCertificate } from '../learning/model.ts';
import { recognise } from '../learning/recognition.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import { type AskedLearner, dayAsked, type Times, zoneOf } from './asked_day.ts';
import {
  type CohortAnswers,
  type CohortRequest,
  cohortAnswer,
  cohortsAnswer,
  learnerProgrammes,
} from './cohort_answers.ts';
import { type ComplianceAnswer, type ComplianceRequest, complianceAnswer } from './compliance_answers.ts';
import { type DecisionFilter, queryDecisions, type ShownDecision } from './decision_query.ts';
import { answerDeclared, type DeclaredAnswers, type DeclaredRequest } from './declared_answers.ts';
import { type DraftRefusal, type DraftRefusalRequest, draftRefusal } from './draft_refusal.ts';
import { factsOf, type Learner, learnerOf, maySee, type Viewer } from './learner.ts';
import { learnerRecordOf } from './learner_record.ts';
import { agencyPath, learnerPaths, type PathAnswers, type PathRequest } from './path_answers.ts';
import { policyAt } from './policy_at.ts';
import { type FrozenSnapshot, frozenSnapshots, type SnapshotsRequest } from './snapshot_query.ts';
import { visibleLearner } from './visible_learner.ts';

/** What the HTTP side asks of people, policy and certificates. */
export type LearningRequest =
  | ({ readonly kind: 'learner' } & AskedLearner)
  | ({ readonly kind: 'person' } & AskedLearner)
  | ({ readonly kind: 'recognition'; readonly agency: string | null } & AskedLearner)
  | ({ readonly kind: 'place'; readonly place: string } & Times)
  | { readonly kind: 'policy'; readonly knownAt: number }
  | (DeclaredRequest & Times)
  | ComplianceRequest
  | PathRequest
  | CohortRequest
  | SnapshotsRequest
  | DraftRefusalRequest
  | ({ readonly kind: 'decisions'; readonly filter: DecisionFilter } & Times)
  | ({ readonly kind: 'claims'; readonly viewer: Viewer } & Times)
  | { readonly kind: 'link' | 'claim'; readonly revision: number }
  | { readonly kind: 'merge'; readonly revision: number }
  | { readonly kind: 'certificate'; readonly revision: number }
  | { readonly kind: 'unrecorded-facts'; readonly facts: readonly Fact[]; readonly knownAt: number };

export interface LearningAnswers
  extends PathAnswers,
    CohortAnswers,
    Readonly<{ [Kind in keyof DeclaredAnswers]: { readonly asOf: Day; readonly found: DeclaredAnswers[Kind] } }> {
  /** Undefined: there is none, or who asks may not know of them. */
  learner: (Learner & { readonly asOf: Day }) | undefined;
  person: PersonAnswer | undefined;
  /** Undefined: there is no such learner, or who asks may not know of them. */
  recognition: RecognitionAnswer | 'no such agency' | undefined;
  place: { readonly asOf: Day; readonly facts: readonly KnownFact[]; readonly revision: number | undefined };
  policy: Policy;
  compliance: ComplianceAnswer | 'no such agency' | undefined;
  snapshots: readonly FrozenSnapshot[];
  /** Undefined: it would be recorded. */
  'draft-refusal': DraftRefusal | undefined;
  decisions: { readonly asOf: Day; readonly decisions: readonly ShownDecision[] };
  claims: readonly OpenClaim[];
  link: AccountOfPerson | undefined;
  claim: AccountOfPerson | undefined;
  /** The two persons. */
  merge: readonly string[] | undefined;
  certificate: CertificateRecorded | undefined;
  /** The places of the facts that would change something. */
  'unrecorded-facts': readonly number[];
}

export interface AccountOfPerson {
  readonly account: string;
  readonly person: string;
}

export interface PersonAnswer extends Learner {
  readonly asOf: Day;
  readonly links: readonly (WrittenAccount & { readonly link: number })[];
  readonly merges: readonly { readonly merge: number; readonly persons: readonly [string, string] }[];
  /** Those that hold on the day. */
  readonly facts: readonly KnownFact[];
  /** The last revision that recorded a fact of the person that was asked for. */
  readonly revision: number | undefined;
}

export interface RecognitionAnswer extends Learner {
  readonly asOf: Day;
  readonly certificates: readonly RecognisedCertificate[];
}

/** An account with the identifier as it was given: a mailbox, where the account is its SHA-1. */
export interface WrittenAccount extends AccountOfPerson {
  readonly written: string;
}

export interface OpenClaim extends WrittenAccount {
  readonly claim: number;
  readonly proof: unknown;
}

/** Answers from one snapshot. */
export function answerLearning(snapshot: Snapshot, request: LearningRequest): LearningAnswers[LearningRequest['kind']] {
  switch (request.kind) {
    case 'learner':
      return visibleLearner(snapshot, request, 'UTC');
    case 'person':
      return personAnswer(snapshot, request);
    case 'recognition':
      return recognitionAnswer(snapshot, request);
    case 'place': {
      const facts = factsOf(snapshot, { place: request.place }, request.knownAt);
      const asOf = dayAsked(request, 'UTC');
      return { asOf, facts: holding(facts, asOf), revision: facts.at(-1)?.revision };
    }
    case 'policy':
      return policyAt(snapshot, request.knownAt).policy;
    case 'decisions': {
      const { policy } = policyAt(snapshot, request.knownAt);
      const asOf = dayAsked(request, zoneOf(policy, request.filter.agency ?? null));
      return { asOf, decisions: queryDecisions(policy, request.filter, asOf) };
    }
    case 'ladders':
    case 'programmes':
    case 'requirement':
    case 'requirements':
    case 'waivers':
    case 'paths': {
      const { policy } = policyAt(snapshot, request.knownAt);
      const asOf = dayAsked(request, zoneOf(policy, agencyOf(request)));
      return { asOf, found: answerDeclared(snapshot, request, asOf, request.knownAt) } as DeclaredAnswer;
    }
    case 'compliance':
      return complianceAnswer(snapshot, request);
    case 'learner-paths':
      return learnerPaths(snapshot, request);
    case 'agency-path':
      return agencyPath(snapshot, request);
    case 'cohorts':
      return cohortsAnswer(snapshot, request);
    case 'cohort':
      return cohortAnswer(snapshot, request);
    case 'learner-programmes':
      return learnerProgrammes(snapshot, request);
    case 'snapshots':
      return frozenSnapshots(snapshot, request);
    case 'draft-refusal':
      return draftRefusal(snapshot, request);
    case 'claims':
      return openClaims(snapshot, request);
    case 'link':
    case 'claim':
      return snapshot.learning
        .prepare(`SELECT account, person FROM ${request.kind}s WHERE revision = ?`)
        .get(request.revision) as AccountOfPerson | undefined;
    case 'merge': {
      const rows = snapshot.learning.prepare('SELECT person FROM merges WHERE revision = ?').all(request.revision);
      return rows.length === 0 ? undefined : (rows as { person: string }[]).map(({ person }) => person);
    }
    case 'certificate': {
      const row = snapshot.learning.prepare('SELECT data FROM certificates WHERE revision = ?').get(request.revision);
      return row === undefined ? undefined : JSON.parse((row as { data: string }).data);
    }
    case 'unrecorded-facts':
      return unrecordedFacts(request.facts, (fact) => factsLike(snapshot, fact, request.knownAt));
  }
}

function personAnswer(snapshot: Snapshot, asked: AskedLearner): PersonAnswer | undefined {
  const learner = visibleLearner(snapshot, asked, 'UTC');
  if (learner === undefined) return undefined;
  const { knownAt } = asked;
  const { persons, asOf } = learner;
  const links = snapshot.learning.prepare(
    `SELECT account, coalesce(written, account) AS written, person, revision AS link FROM links
     WHERE person = ? AND revision <= ? AND (withdrawn IS NULL OR withdrawn > ?) ORDER BY revision`,
  );
  const merges = snapshot.learning.prepare(
    `SELECT revision, person, other FROM merges WHERE person = ? AND revision <= ? AND (undone IS NULL OR undone > ?)`,
  );
  const merged = persons.flatMap((person) => merges.all(person, knownAt, knownAt)) as unknown as MergeRow[];
  const facts = factsOf(snapshot, { persons }, knownAt);
  return {
    ...learner,
    links: persons.flatMap((person) => links.all(person, knownAt, knownAt)) as unknown as PersonAnswer['links'],
    merges: Array.from(
      Map.groupBy(merged, ({ revision }) => revision),
      ([merge, [row]]) => ({
        merge,
        persons: [row!.person, row!.other] as const,
      }),
    ),
    facts: holding(facts, asOf),
    revision: facts.findLast((fact) => 'person' in fact && fact.person === persons[0])?.revision,
  };
}

interface MergeRow {
  readonly revision: number;
  readonly person: string;
  readonly other: string;
}

function recognitionAnswer(
  snapshot: Snapshot,
  asked: Extract<LearningRequest, { kind: 'recognition' }>,
): LearningAnswers['recognition'] {
  const { agency, knownAt } = asked;
  const { policy, catalogue } = policyAt(snapshot, knownAt);
  if (agency !== null && !policy.agencies.has(agency)) return 'no such agency';
  const zone = zoneOf(policy, agency);
  const learner = visibleLearner(snapshot, asked, zone);
  if (learner === undefined) return undefined;
  const { asOf } = learner;
  const record = learnerRecordOf(snapshot, learner, catalogue, knownAt);
  const certificates = certificatesOf(record, catalogue, { asOf, zone });
  return { ...learner, certificates: recognise(certificates, catalogue, { agency, asOf }) };
}

/** Of the facts, those that hold on the day, each with its own days. */
function holding(facts: readonly KnownFact[], day: Day): KnownFact[] {
  return bySlot(facts).flatMap((slot) => factOn(slot, day) ?? []);
}

function factsLike(snapshot: Snapshot, fact: Fact, knownAt: number): KnownFact[] {
  const { name, key = '' } = fact;
  const subject = 'place' in fact ? { place: fact.place } : { persons: [fact.person], agency: fact.agency };
  return factsOf(snapshot, { ...subject, name, key }, knownAt);
}

function openClaims(snapshot: Snapshot, asked: Times & { readonly viewer: Viewer }): OpenClaim[] {
  const { viewer, knownAt } = asked;
  const asOf = dayAsked(asked, 'UTC');
  const rows = snapshot.learning
    .prepare(
      `SELECT revision AS claim, account, coalesce(written, account) AS written, person, proof FROM claims
       WHERE revision <= :knownAt AND (refused IS NULL OR refused > :knownAt)
         AND NOT EXISTS (SELECT 1 FROM links WHERE claim = claims.revision AND links.revision <= :knownAt
           AND (withdrawn IS NULL OR withdrawn > :knownAt))
       ORDER BY revision`,
    )
    .all({ knownAt }) as unknown as (OpenClaim & { proof: string | null })[];
  return rows
    .filter(({ account, person }) => {
      const learner = learnerOf(snapshot, { person }, knownAt) ?? { persons: [person], accounts: [] };
      // What is theirs already waits for nobody: two were merged, or the link was recorded without the claim.
      return !learner.accounts.includes(account) && maySee(snapshot, viewer, learner, asOf, knownAt);
    })
    .map(({ proof, ...claim }) => ({ ...claim, proof: proof && JSON.parse(proof) }));
}

type DeclaredAnswer = LearningAnswers[keyof DeclaredAnswers];

/** The agency whose day is asked about. */
function agencyOf(request: DeclaredRequest): string | null {
  if (request.kind === 'requirements') return request.agency ?? null;
  return request.kind === 'waivers' ? (request.filter.agency ?? null) : null;
}
