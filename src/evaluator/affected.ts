import { learnersOf } from '../../projections/statement_keys.ts';
import { candidateCourses, dependenceOf } from '../compliance/dependence.ts';
import type { CompliancePolicy } from '../compliance/model.ts';
import { decode } from '../events/codec.ts';
import type { WaiverGranted } from '../events/compliance_types.ts';
import type { EventData, EventType } from '../events/types.ts';
import type { Catalogue } from '../learning/catalogue.ts';
import type { RecordedEvent } from '../ledger/ledger.ts';
import { personOf } from '../queries/learner.ts';
import { type KnownPolicy, policyAt } from '../queries/policy_at.ts';
import { revisionOf } from '../queries/statement_query.ts';
import { toStatementEvent } from '../read_store/ledger_statements.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import { pairOf } from './evaluation.ts';
import type { Names } from './names.ts';

/** Whose statuses an event can change, and by which requirements. */
export interface Affected {
  readonly persons: readonly string[] | 'everybody';
  readonly requirements: Requirements;
}

export type Requirements = ReadonlySet<string> | 'all';

export function both(one: Requirements, other: Requirements): Requirements {
  return one === 'all' || other === 'all' ? 'all' : one.union(other);
}

/** The rules for completions that can matter to some requirements. */
export function catalogueFor(requirements: Requirements, { catalogue, compliance }: KnownPolicy): Catalogue {
  return requirements === 'all' ? catalogue : dependenceOf(compliance).catalogueFor(requirements);
}

/** Whether a row, by the number of its pair, is of some requirements. */
export function concerning(requirements: Requirements, pairs: Names): (pair: number) => boolean {
  return (pair) => requirements === 'all' || requirements.has(pairOf(pairs.texts[pair]!).requirement);
}

type Whose<Data> = (data: Data, snapshot: Snapshot, revision: number) => Affected;

const EVERYBODY: Whose<unknown> = () => ({ persons: 'everybody', requirements: 'all' });
const NOBODY: Affected = { persons: [], requirements: 'all' };

const WHOSE: { readonly [T in EventType]?: Whose<EventData[T]> } = {
  'agency-declared': ({ agency }, snapshot, revision) => {
    const zones = policiesAround(snapshot, revision).map(({ policy }) => policy.agencies.get(agency)?.data.zone);
    return new Set(zones.map((zone) => zone ?? 'UTC')).size === 1 ? NOBODY : EVERYBODY({}, snapshot, revision);
  },
  'platform-declared': EVERYBODY,
  'course-declared': ({ course }, snapshot, revision) => byCourses(snapshot, revision, () => [course]),
  'equivalence-decided': ({ decision }, snapshot, revision) => byDecision(snapshot, revision, decision),
  'equivalence-revoked': ({ decision }, snapshot, revision) => byDecision(snapshot, revision, decision),
  'ladder-declared': EVERYBODY,
  'requirement-declared': ({ requirement }) => byRequirement(requirement),
  'requirement-withdrawn': ({ requirement }) => byRequirement(requirement),
  'waiver-granted': ({ waiver }, snapshot, revision) => byWaiver(snapshot, waiver, revision),
  'waiver-withdrawn': ({ waiver }, snapshot, revision) => byWaiver(snapshot, waiver, revision),
  'facts-recorded': ({ facts }, snapshot, revision) => {
    const persons = facts.map((fact) => ('person' in fact ? fact.person : undefined));
    return persons.includes(undefined) ? EVERYBODY({}, snapshot, revision) : of([...new Set(persons as string[])]);
  },
  'account-linked': ({ person }) => of([person]),
  'account-unlinked': ({ link }, snapshot) =>
    of(personsIn(snapshot, 'SELECT person FROM links WHERE revision = ?', link)),
  'persons-merged': ({ persons }) => of(persons),
  'persons-unmerged': ({ merge }, snapshot) =>
    of(personsIn(snapshot, 'SELECT person FROM merges WHERE revision = ?', merge)),
  'certificate-recorded': ({ person }) => of([person]),
  'certificate-verified': ({ recorded }, snapshot) => certificateOf(snapshot, recorded),
  'certificate-refused': ({ recorded }, snapshot) => certificateOf(snapshot, recorded),
  'certificate-withdrawn': ({ certificate }, snapshot, revision) => {
    if ('recorded' in certificate) return certificateOf(snapshot, certificate.recorded);
    if (certificate.person !== undefined) return of([certificate.person]);
    return of(statementOf(snapshot, certificate.statement, revision));
  },
};

/** Whose statuses an event can change; nobody's, of most events. @param snapshot that holds the event */
export function affectedBy(event: RecordedEvent, snapshot: Snapshot, policy: CompliancePolicy): Affected {
  if (event.type === 'statement-stored') return byStatement(event, snapshot, policy);
  const whose = WHOSE[event.type as EventType] as Whose<EventData[EventType]> | undefined;
  if (whose === undefined) return NOBODY;
  return whose(decode(event.type as EventType, event.version, event.data), snapshot, event.revision);
}

function byStatement(event: RecordedEvent, snapshot: Snapshot, policy: CompliancePolicy): Affected {
  const { keys } = toStatementEvent(event);
  if (keys.voids !== false && keys.target !== null) return of(statementOf(snapshot, keys.target, event.revision));
  const requirements = requirementsBy(keys, policy);
  return requirements.size === 0
    ? NOBODY
    : { persons: linkedTo(snapshot, learnersOf(keys), event.revision), requirements };
}

/** The requirements that a statement can help to meet, by its verb and the activity that is its object. */
export function requirementsBy(
  { verb, activity }: { readonly verb: string; readonly activity: string | null },
  policy: CompliancePolicy,
): ReadonlySet<string> {
  const { requirementsOn } = dependenceOf(policy);
  const courses = candidateCourses(policy.catalogue, verb, activity);
  return new Set([...courses].flatMap((course) => [...requirementsOn(course)]));
}

/** The persons whose statement it is as known at a revision: a link that comes later has an event of its own. */
function statementOf(snapshot: Snapshot, id: string, knownAt: number): readonly string[] {
  const revision = revisionOf(snapshot, id.toLowerCase());
  return revision === undefined ? [] : linkedTo(snapshot, learnersOf(snapshot.statementAt(revision).keys), knownAt);
}

function linkedTo(snapshot: Snapshot, accounts: readonly string[], knownAt: number): readonly string[] {
  return [...new Set(accounts.flatMap((account) => personOf(snapshot, account, knownAt) ?? []))];
}

function certificateOf(snapshot: Snapshot, revision: number): Affected {
  return of(personsIn(snapshot, 'SELECT person FROM certificates WHERE revision = ?', revision));
}

function of(persons: readonly string[]): Affected {
  return { persons, requirements: 'all' };
}

function byRequirement(requirement: string): Affected {
  return { persons: 'everybody', requirements: new Set([requirement]) };
}

/** What is declared before an event, and with it. */
function policiesAround(snapshot: Snapshot, revision: number): readonly CompliancePolicy[] {
  return [revision - 1, revision].map((knownAt) => policyAt(snapshot, knownAt).compliance);
}

/** Everybody, by the requirements that certificates of some courses can meet, before the event or with it. */
function byCourses(
  snapshot: Snapshot,
  revision: number,
  coursesIn: (policy: CompliancePolicy) => readonly string[],
): Affected {
  const policies = policiesAround(snapshot, revision);
  const courses = new Set(policies.flatMap(coursesIn));
  const found = policies.flatMap((policy) =>
    [...courses].flatMap((one) => [...dependenceOf(policy).requirementsOn(one)]),
  );
  return found.length === 0 ? NOBODY : { persons: 'everybody', requirements: new Set(found) };
}

function byDecision(snapshot: Snapshot, revision: number, decision: string): Affected {
  return byCourses(snapshot, revision, ({ policy }) => {
    const known = policy.decisions.get(decision);
    return known === undefined ? [] : [known.data.target, ...known.data.sources.map(({ course }) => course)];
  });
}

/** Whom any version of a waiver concerns: a new one ends what the one before gave. */
function byWaiver(snapshot: Snapshot, waiver: string, knownAt: number): Affected {
  const rows = snapshot.learning
    .prepare("SELECT data FROM policy WHERE kind = 'waiver' AND id = ? AND revision <= ?")
    .all(waiver, knownAt) as { data: string }[];
  const versions = rows.map(({ data }): WaiverGranted => JSON.parse(data));
  const requirements = new Set(versions.flatMap((one) => one.requirements));
  const persons = versions.map((one) => one.persons);
  const isOfAll = persons.includes(undefined);
  return { persons: isOfAll ? 'everybody' : [...new Set(persons.flatMap((one) => one ?? []))], requirements };
}

function personsIn(snapshot: Snapshot, sql: string, revision: number): readonly string[] {
  return (snapshot.learning.prepare(sql).all(revision) as { person: string }[]).map(({ person }) => person);
}
