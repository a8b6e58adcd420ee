import { personName } from '../../projections/certificates.ts';
import { decode } from '../events/codec.ts';
import type { CertificateWithdrawn } from '../events/learning_types.ts';
import { type Catalogue, isCandidate } from '../learning/catalogue.ts';
import type { LearnerRecord, LearnerStatement, Recorded, RecordedCertificate } from '../learning/model.ts';
import { partsKnownAt } from '../read_store/history_parts.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import type { Learner } from './learner.ts';
import { statusOf, termNumber } from './statement_query.ts';

/**
 * Everything of a learner that a certificate could come of, as known at a revision: only statements that could complete
 * a course are read.
 */
export function learnerRecordOf(
  snapshot: Snapshot,
  { accounts, persons }: Learner,
  catalogue: Catalogue,
  knownAt: number,
): LearnerRecord {
  const statements = statementsOf(snapshot, accounts, catalogue, knownAt);
  const recorded = persons.flatMap((person) => recordedOf(snapshot, person, knownAt));
  const names = [
    ...persons.map(personName),
    ...recorded.map(({ revision }) => `${revision}`),
    ...statements.map(({ statement }) => statement.id!.toLowerCase()),
  ];
  const found = names.flatMap((name) => decisionsOn(snapshot, name, 'withdrawn', knownAt));
  const withdrawn = [...new Map(found.map((one) => [one.revision, one])).values()];
  return {
    statements,
    recorded,
    withdrawn: (withdrawn as Recorded<CertificateWithdrawn>[]).sort((a, b) => a.revision - b.revision),
  };
}

function statementsOf(
  snapshot: Snapshot,
  accounts: readonly string[],
  catalogue: Catalogue,
  knownAt: number,
): LearnerStatement[] {
  const found = new Map<number, LearnerStatement>();
  for (const account of accounts) {
    for (const { at, revision } of candidates(snapshot, account, catalogue, knownAt)) {
      const { voided } = statusOf(snapshot, revision);
      if (voided !== undefined && voided <= knownAt) continue;
      const { statement } = decode('statement-stored', 1, snapshot.dataAt(revision));
      found.set(revision, { revision, at, statement });
    }
  }
  return [...found.values()];
}

/** The statements of an account that could complete a course, by verb and object. */
export function* candidates(
  snapshot: Snapshot,
  account: string,
  catalogue: Catalogue,
  knownAt: number,
): Generator<{ readonly at: bigint; readonly revision: number }> {
  for (const segment of snapshot.segments) {
    const { names } = segment;
    for (const { at, revision, verb, activity } of segment.history(account)) {
      const isKnown = revision <= knownAt;
      const object = activity === null ? null : names[activity]!;
      if (isKnown && isCandidate(catalogue, names[verb]!, object)) yield { at: BigInt(at), revision };
    }
  }
  const number = termNumber(snapshot, account);
  if (number === undefined) return;
  const select = snapshot.prepare(
    'SELECT CAST(at AS TEXT) AS at, revision, verb, activity FROM history WHERE part = ? AND account = ? AND revision <= ?',
  );
  const numbers = numbersOf(snapshot, catalogue);
  for (const part of partsKnownAt(knownAt, snapshot)) {
    for (const { at, revision, verb, activity } of select.all(part, number, knownAt) as unknown as HistoryRow[]) {
      if (numbers.get(verb)?.(activity)) yield { at: BigInt(at), revision };
    }
  }
}

interface HistoryRow {
  readonly at: string;
  readonly revision: number;
  readonly verb: number;
  readonly activity: number | null;
}

function recordedOf(snapshot: Snapshot, person: string, knownAt: number): RecordedCertificate[] {
  const rows = snapshot.learning
    .prepare('SELECT revision, data FROM certificates WHERE person = ? AND revision <= ? ORDER BY revision')
    .all(person, knownAt) as { revision: number; data: string }[];
  return rows.map(({ revision, data }) => ({
    revision,
    data: JSON.parse(data),
    verified: decisionsOn(snapshot, `${revision}`, 'verified', knownAt)[0] as RecordedCertificate['verified'],
    refused: decisionsOn(snapshot, `${revision}`, 'refused', knownAt)[0] as RecordedCertificate['refused'],
  }));
}

function decisionsOn(snapshot: Snapshot, certificate: string, kind: string, knownAt: number): Recorded<unknown>[] {
  const rows = snapshot.learning
    .prepare(
      'SELECT revision, data FROM certificate_decisions WHERE certificate = ? AND kind = ? AND revision <= ? ORDER BY revision',
    )
    .all(certificate, kind, knownAt) as { revision: number; data: string }[];
  return rows.map(({ revision, data }) => ({ revision, data: JSON.parse(data) }));
}

type IsCandidate = (activity: number | null) => boolean;

/** For a catalogue, its candidates by the numbers that the tables have for verbs and activities. */
const numbered = new WeakMap<Catalogue, { readonly upTo: number; readonly verbs: ReadonlyMap<number, IsCandidate> }>();

function numbersOf(snapshot: Snapshot, catalogue: Catalogue): ReadonlyMap<number, IsCandidate> {
  const known = numbered.get(catalogue);
  // What is merged later can bring verbs and activities that had no number yet.
  if (known?.upTo === snapshot.mergedRevision) return known.verbs;
  const verbs = new Map<number, IsCandidate>();
  for (const [verb, { places }] of catalogue.rules) {
    const number = termNumber(snapshot, verb);
    if (number === undefined) continue;
    const names = [...(places.get('object')?.keys() ?? [])];
    const activities = new Set(names.map((name) => termNumber(snapshot, name)));
    const looksAtContext = [...places.keys()].some((place) => place !== 'object');
    verbs.set(number, (activity) => looksAtContext || (activity !== null && activities.has(activity)));
  }
  numbered.set(catalogue, { upTo: snapshot.mergedRevision, verbs });
  return verbs;
}
