import { decode } from '../events/codec.ts';
import type { LearningEventData } from '../events/learning_types.ts';
import type { EventData, EventType } from '../events/types.ts';
import { type Catalogue, isCandidate } from '../learning/catalogue.ts';
import type { RecordedEvent } from '../ledger/ledger.ts';
import { personOf } from '../queries/learner.ts';
import { revisionOf } from '../queries/statement_query.ts';
import { toStatementEvent } from '../read_store/ledger_statements.ts';
import type { Snapshot } from '../read_store/read_session.ts';

/** Whose statuses an event can change: of some persons, or of all. */
export type Affected = readonly string[] | 'everybody';

type Whose<Data> = (data: Data, snapshot: Snapshot, revision: number) => Affected;

const EVERYBODY: Whose<unknown> = () => 'everybody';

const WHOSE: { readonly [T in EventType]?: Whose<EventData[T]> } = {
  'agency-declared': EVERYBODY,
  'platform-declared': EVERYBODY,
  'course-declared': EVERYBODY,
  'equivalence-decided': EVERYBODY,
  'equivalence-revoked': EVERYBODY,
  'ladder-declared': EVERYBODY,
  'requirement-declared': EVERYBODY,
  'requirement-withdrawn': EVERYBODY,
  'waiver-granted': EVERYBODY,
  'waiver-withdrawn': EVERYBODY,
  'facts-recorded': ({ facts }) => {
    const persons = facts.map((fact) => ('person' in fact ? fact.person : undefined));
    return persons.includes(undefined) ? 'everybody' : [...new Set(persons as string[])];
  },
  'account-linked': ({ person }) => [person],
  'account-unlinked': ({ link }, snapshot) => personsIn(snapshot, 'SELECT person FROM links WHERE revision = ?', link),
  'persons-merged': ({ persons }) => persons,
  'persons-unmerged': ({ merge }, snapshot) =>
    personsIn(snapshot, 'SELECT person FROM merges WHERE revision = ?', merge),
  'certificate-recorded': ({ person }) => [person],
  'certificate-verified': ({ recorded }, snapshot) => certificateOf(snapshot, recorded),
  'certificate-refused': ({ recorded }, snapshot) => certificateOf(snapshot, recorded),
  'certificate-withdrawn': ({ certificate }, snapshot, revision) => {
    if ('recorded' in certificate) return certificateOf(snapshot, certificate.recorded);
    return certificate.person === undefined
      ? statementOf(snapshot, certificate.statement, revision)
      : [certificate.person];
  },
};

/** Whose statuses an event can change; nobody's, of most events. @param snapshot that holds the event */
export function affectedBy(event: RecordedEvent, snapshot: Snapshot, catalogue: Catalogue): Affected {
  if (event.type === 'statement-stored') return byStatement(event, snapshot, catalogue);
  const whose = WHOSE[event.type as EventType] as Whose<LearningEventData[keyof LearningEventData]> | undefined;
  if (whose === undefined) return [];
  return whose(decode(event.type as keyof LearningEventData, event.version, event.data), snapshot, event.revision);
}

function byStatement(event: RecordedEvent, snapshot: Snapshot, catalogue: Catalogue): readonly string[] {
  const { keys } = toStatementEvent(event);
  if (keys.voids !== false && keys.target !== null) return statementOf(snapshot, keys.target, event.revision);
  return isCandidate(catalogue, keys.verb, keys.activity) ? linkedTo(snapshot, keys.learners, event.revision) : [];
}

/** The persons whose statement it is as known at a revision: a link that comes later has an event of its own. */
function statementOf(snapshot: Snapshot, id: string, knownAt: number): readonly string[] {
  const revision = revisionOf(snapshot, id.toLowerCase());
  return revision === undefined ? [] : linkedTo(snapshot, snapshot.statementAt(revision).keys.learners, knownAt);
}

function linkedTo(snapshot: Snapshot, accounts: readonly string[], knownAt: number): readonly string[] {
  return [...new Set(accounts.flatMap((account) => personOf(snapshot, account, knownAt) ?? []))];
}

function certificateOf(snapshot: Snapshot, revision: number): readonly string[] {
  return personsIn(snapshot, 'SELECT person FROM certificates WHERE revision = ?', revision);
}

function personsIn(snapshot: Snapshot, sql: string, revision: number): readonly string[] {
  return (snapshot.learning.prepare(sql).all(revision) as { person: string }[]).map(({ person }) => person);
}
