import type { Day } from '../events/learning_types.ts';
import { factOn } from '../learning/facts.ts';
import type { KnownFact } from '../learning/model.ts';
import type { LearningView, Snapshot } from '../read_store/read_session.ts';

/** Whom a request names: a person by id, or whoever an account (`accountKey`) belongs to. */
export type LearnerName = { readonly person: string } | { readonly account: string };

/** What may be seen by who asks: everybody, or themselves and the people of some agencies. */
export type Viewer = 'everybody' | { readonly agencies: readonly string[]; readonly persons: readonly string[] };

/** A learner as known at a revision. */
export interface Learner {
  /** The person's ids, the one asked for first: more than one when they are merged. None: an account of nobody known. */
  readonly persons: readonly string[];
  readonly accounts: readonly string[];
}

/**
 * The learner, with all accounts that were linked to them as known then. Undefined for a person of whom nothing was
 * recorded.
 */
export function learnerOf(snapshot: Snapshot, name: LearnerName, knownAt: number): Learner | undefined {
  const linked = 'account' in name ? personOf(snapshot, name.account, knownAt) : name.person;
  if (linked === undefined) return { persons: [], accounts: 'account' in name ? [name.account] : [] };
  const persons = mergedWith(snapshot, linked, knownAt);
  const accounts = persons.flatMap((person) => accountsOf(snapshot, person, knownAt));
  const isKnown = accounts.length > 0 || persons.length > 1 || persons.some((id) => isRecorded(snapshot, id, knownAt));
  return isKnown ? { persons, accounts } : undefined;
}

/** The person to whom an account is linked as known at a revision. */
export function personOf(snapshot: Snapshot, account: string, knownAt: number): string | undefined {
  const row = snapshot.learning
    .prepare('SELECT person FROM links WHERE account = ? AND revision <= ? AND (withdrawn IS NULL OR withdrawn > ?)')
    .get(account, knownAt, knownAt) as { person: string } | undefined;
  return row?.person;
}

/** Whether who asks may know of the learner: on the day that is asked about, as known then. */
export function maySee(snapshot: Snapshot, viewer: Viewer, { persons }: Learner, asOf: Day, knownAt: number): boolean {
  if (viewer === 'everybody') return true;
  if (persons.length === 0) return false;
  const own = viewer.persons.flatMap((person) => mergedWith(snapshot, person, knownAt));
  if (persons.some((person) => own.includes(person))) return true;
  return viewer.agencies.some((agency) => {
    const assigned = factsOf(snapshot, { persons, agency, name: 'assigned' }, knownAt);
    return factOn(assigned, asOf)?.value === true;
  });
}

/** Whose facts are asked for: of persons who are one, or of a place; of one agency, name and key. */
export type FactsOf =
  | { readonly persons: readonly string[]; readonly agency?: string; readonly name?: string; readonly key?: string }
  | { readonly place: string; readonly name?: string; readonly key?: string };

/** The facts as known at a revision, in the order in which they were recorded, whichever of the persons they name. */
export function factsOf({ learning }: LearningView, of: FactsOf, knownAt: number): KnownFact[] {
  const { persons, ...columns } = 'place' in of ? { persons: [''], agency: '', ...of } : { ...of, place: '' };
  const equal = Object.keys(columns).map((name) => ` AND ${name} = ?`);
  const rows = learning
    .prepare(
      `SELECT person, agency, place, name, key, revision, from_day, to_day, value FROM facts
       WHERE person IN (SELECT value FROM json_each(?))${equal.join('')} AND revision <= ? ORDER BY revision, ordinal`,
    )
    .all(JSON.stringify(persons), ...Object.values(columns), knownAt) as unknown as FactRow[];
  return rows.map(knownFact);
}

interface FactRow {
  readonly person: string;
  readonly agency: string;
  readonly place: string;
  readonly name: string;
  readonly key: string;
  readonly revision: number;
  readonly from_day: string;
  readonly to_day: string | null;
  readonly value: string;
}

function knownFact({ person, agency, place, name, key, revision, from_day, to_day, value }: FactRow): KnownFact {
  return {
    ...(place === '' ? { person, agency } : { place }),
    name,
    ...(key === '' ? {} : { key }),
    value: JSON.parse(value),
    from: from_day,
    ...(to_day === null ? {} : { to: to_day }),
    revision,
  };
}

/** The person and everybody merged with them as known at a revision. */
export function mergedWith(snapshot: Snapshot, person: string, knownAt: number): string[] {
  const select = snapshot.learning.prepare(
    'SELECT other FROM merges WHERE person = ? AND revision <= ? AND (undone IS NULL OR undone > ?) ORDER BY revision',
  );
  const persons = new Set([person]);
  for (const one of persons) {
    for (const { other } of select.all(one, knownAt, knownAt) as { other: string }[]) persons.add(other);
  }
  return [...persons];
}

function accountsOf(snapshot: Snapshot, person: string, knownAt: number): string[] {
  const rows = snapshot.learning
    .prepare(
      `SELECT account FROM links WHERE person = ? AND revision <= ? AND (withdrawn IS NULL OR withdrawn > ?)
       ORDER BY revision`,
    )
    .all(person, knownAt, knownAt) as { account: string }[];
  return rows.map(({ account }) => account);
}

/** Whether anything but links was recorded of the person: a link that is withdrawn is as if it had not been. */
function isRecorded(snapshot: Snapshot, person: string, knownAt: number): boolean {
  const row = snapshot.learning
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM facts WHERE person = :person AND revision <= :knownAt)
         OR EXISTS (SELECT 1 FROM certificates WHERE person = :person AND revision <= :knownAt) AS known`,
    )
    .get({ person, knownAt }) as { known: number };
  return row.known === 1;
}
