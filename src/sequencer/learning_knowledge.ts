import type { DatabaseSync } from 'node:sqlite';
import { subjectRow } from '../../projections/people.ts';
import type { PolicyKind } from '../../projections/policy.ts';
import type { CertificateRecorded, Day, Fact, FactSubject } from '../events/learning_types.ts';
import type { KnownFact } from '../learning/model.ts';

/** What decisions about people, policy and certificates see. Links, claims and merges are named by their revisions. */
export interface LearningKnowledge {
  /** The last declaration, with its data as JSON text without the request's mark. */
  declared(kind: PolicyKind, id: string): { readonly revision: number; readonly data: string } | undefined;
  /** The last of those that name this first day: of a requirement's declarations, or of their withdrawals. */
  declaredFrom(
    kind: 'requirement' | 'requirement-withdrawn',
    id: string,
    from: Day,
  ): { readonly revision: number; readonly data: string } | undefined;
  /** The facts recorded of a fact's subject, name and key, in order. */
  factsLike(fact: Fact): readonly KnownFact[];
  /** The last revision that recorded a fact of the person (in any agency) or the place. */
  lastFact(subject: { readonly person: string } | { readonly place: string }): number | undefined;
  /** Whether anything was ever recorded of the person. */
  isPerson(person: string): boolean;
  /** The present link of an account. */
  linkOf(account: string): { readonly revision: number; readonly person: string } | undefined;
  link(revision: number): { readonly withdrawn: number | null } | undefined;
  claim(revision: number): KnownClaim | undefined;
  openClaim(account: string, person: string): number | undefined;
  merge(revision: number): { readonly undone: number | null } | undefined;
  /** The present merge of just these two. */
  mergeOf(one: string, other: string): number | undefined;
  /** The person and everybody who is merged with them at present. */
  samePerson(person: string): ReadonlySet<string>;
  certificate(revision: number): KnownCertificate | undefined;
  /** The revision of a certificate that was recorded with the same content. */
  sameCertificate(data: CertificateRecorded): number | undefined;
  request(credential: string, key: string): { readonly digest: string; readonly revision: number } | undefined;
}

export interface KnownClaim {
  readonly account: string;
  /** As it was given, where the account does not show it. */
  readonly written: string | null;
  readonly person: string;
  readonly outcome: 'confirmed' | 'refused' | null;
}

export interface KnownCertificate {
  readonly person: string;
  readonly decided: 'verified' | 'refused' | undefined;
}

/** That a link which holds at present confirms a claim. */
const CONFIRMED = 'EXISTS (SELECT 1 FROM links WHERE claim = claims.revision AND withdrawn IS NULL)';

/** @param database the file of the learning rows, as the sequencer or a reader holds it */
export function learningKnowledgeOf(database: Pick<DatabaseSync, 'prepare'>): LearningKnowledge {
  const prepare = (sql: string) => database.prepare(sql);
  const declared = prepare(
    'SELECT revision, data FROM policy WHERE kind = ? AND id = ? ORDER BY revision DESC LIMIT 1',
  );
  const declaredFrom = prepare(`
    SELECT revision, data FROM policy WHERE kind = ? AND id = ? AND data ->> 'from' = ? ORDER BY revision DESC LIMIT 1`);
  const factsLike = prepare(`
    SELECT revision, from_day, to_day, value FROM facts
    WHERE person = ? AND agency = ? AND place = ? AND name = ? AND key = ? ORDER BY revision, ordinal`);
  const lastFactOfPerson = prepare("SELECT max(revision) AS revision FROM facts WHERE person = ? AND place = ''");
  const lastFactOfPlace = prepare(
    "SELECT max(revision) AS revision FROM facts WHERE person = '' AND agency = '' AND place = ?",
  );
  const isPerson = prepare(`
    SELECT EXISTS (SELECT 1 FROM facts WHERE person = :person) OR EXISTS (SELECT 1 FROM links WHERE person = :person)
      OR EXISTS (SELECT 1 FROM certificates WHERE person = :person) AS known`);
  const linkOf = prepare('SELECT revision, person FROM links WHERE account = ? AND withdrawn IS NULL');
  const link = prepare('SELECT withdrawn FROM links WHERE revision = ?');
  const claim = prepare(`
    SELECT account, written, person,
      CASE WHEN refused IS NOT NULL THEN 'refused' WHEN ${CONFIRMED} THEN 'confirmed' END AS outcome
    FROM claims WHERE revision = ?`);
  const openClaim = prepare(`
    SELECT revision FROM claims WHERE person = ? AND account = ? AND refused IS NULL AND NOT ${CONFIRMED}`);
  const merge = prepare('SELECT undone FROM merges WHERE revision = ? LIMIT 1');
  const mergeOf = prepare('SELECT revision FROM merges WHERE person = ? AND other = ? AND undone IS NULL');
  const mergedWith = prepare('SELECT other FROM merges WHERE person = ? AND undone IS NULL');
  const certificate = prepare('SELECT person FROM certificates WHERE revision = ?');
  const decided = prepare(
    "SELECT kind FROM certificate_decisions WHERE certificate = ? AND kind IN ('verified', 'refused')",
  );
  const sameCertificate = prepare('SELECT revision FROM certificates WHERE person = ? AND data = ?');
  const request = prepare('SELECT digest, revision FROM requests WHERE credential = ? AND key = ?');
  return {
    declared: (kind, id) => declared.get(kind, id) as { revision: number; data: string } | undefined,
    declaredFrom: (kind, id, from) =>
      declaredFrom.get(kind, id, from) as { revision: number; data: string } | undefined,
    factsLike(fact) {
      const { person, agency, place } = subjectRow(fact);
      const rows = factsLike.all(person, agency, place, fact.name, fact.key ?? '') as unknown as FactColumns[];
      return rows.map((row) => knownFact(fact, row));
    },
    lastFact(subject) {
      const row = 'place' in subject ? lastFactOfPlace.get(subject.place) : lastFactOfPerson.get(subject.person);
      return (row as { revision: number | null }).revision ?? undefined;
    },
    isPerson: (person) => (isPerson.get({ person }) as { known: number }).known === 1,
    linkOf: (account) => linkOf.get(account) as { revision: number; person: string } | undefined,
    link: (revision) => link.get(revision) as { withdrawn: number | null } | undefined,
    claim: (revision) => claim.get(revision) as KnownClaim | undefined,
    openClaim: (account, person) => (openClaim.get(person, account) as { revision: number } | undefined)?.revision,
    merge: (revision) => merge.get(revision) as { undone: number | null } | undefined,
    mergeOf: (one, other) => (mergeOf.get(one, other) as { revision: number } | undefined)?.revision,
    samePerson(person) {
      const persons = new Set([person]);
      for (const one of persons) {
        for (const { other } of mergedWith.all(one) as { other: string }[]) persons.add(other);
      }
      return persons;
    },
    certificate(revision) {
      const row = certificate.get(revision) as { person: string } | undefined;
      if (row === undefined) return undefined;
      const decision = decided.get(`${revision}`) as { kind: 'verified' | 'refused' } | undefined;
      return { person: row.person, decided: decision?.kind };
    },
    sameCertificate({ request: _, ...said }) {
      const row = sameCertificate.get(said.person, JSON.stringify(said)) as { revision: number } | undefined;
      return row?.revision;
    },
    request: (credential, key) => request.get(credential, key) as { digest: string; revision: number } | undefined,
  };
}

interface FactColumns {
  readonly revision: number;
  readonly from_day: string;
  readonly to_day: string | null;
  readonly value: string;
}

function knownFact({ name, key, ...fact }: Fact, { revision, from_day, to_day, value }: FactColumns): KnownFact {
  const subject: FactSubject = 'place' in fact ? { place: fact.place } : { person: fact.person, agency: fact.agency };
  const days = { from: from_day, ...(to_day === null ? {} : { to: to_day }) };
  return { ...subject, name, ...(key === undefined ? {} : { key }), value: JSON.parse(value), ...days, revision };
}
