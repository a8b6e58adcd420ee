import type { Day, FactValue } from '../events/learning_types.ts';
import { bySlot, factOn } from '../learning/facts.ts';
import type { KnownFact } from '../learning/model.ts';
import type { LearningView, Snapshot } from '../read_store/read_session.ts';
import { factsOf, type Learner, learnerOf, mergedWith } from './learner.ts';

const CHUNK = 256;

/**
 * An agency's people on a day, as known at a revision, in order of their ids: who are merged once, by the first of
 * their ids. They are looked for as far as they are asked for.
 * @param behind only those whose id comes later
 */
export function* peopleOf(
  snapshot: Snapshot,
  agency: string,
  asOf: Day,
  knownAt: number,
  behind = '',
): Generator<Learner & { readonly person: string }> {
  const select = snapshot.learning.prepare(
    `SELECT DISTINCT person FROM facts WHERE name = 'assigned' AND agency = ? AND person > ? AND revision <= ?
     ORDER BY person LIMIT ${CHUNK}`,
  );
  for (let last = behind; ; ) {
    const rows = select.all(agency, last, knownAt) as { person: string }[];
    for (const { person } of rows) {
      const persons = mergedWith(snapshot, person, knownAt);
      const assigned = factsOf(snapshot, { persons, agency, name: 'assigned' }, knownAt);
      const isFirst = assigned.every((fact) => !('person' in fact) || person <= fact.person);
      if (isFirst && factOn(assigned, asOf)?.value === true) yield { person, ...known(snapshot, person, knownAt) };
    }
    if (rows.length < CHUNK) return;
    last = rows.at(-1)!.person;
  }
}

/** All who were ever said to be in an agency (undefined: in any), as known at a revision, in order of their ids. */
export function everAssigned(
  { learning }: LearningView,
  agency: string | undefined,
  knownAt: number,
): readonly string[] {
  const rows = learning
    .prepare(
      `SELECT DISTINCT person FROM facts WHERE name = 'assigned' AND revision <= :knownAt
       AND (:agency IS NULL OR agency = :agency) ORDER BY person`,
    )
    .all({ knownAt, agency: agency ?? null }) as { person: string }[];
  return rows.map(({ person }) => person);
}

/** Somebody who takes part in a programme on a day, in a cohort, and through which agencies. */
export interface Enrolment {
  readonly programme: string;
  readonly cohort: string;
  readonly agencies: readonly string[];
}

/**
 * Who is enrolled in a programme on a day, as known at a revision, in order of the cohorts and then of the ids: who are
 * merged once. @param cohort only of this one
 */
export function enrolledIn(
  snapshot: Snapshot,
  programme: string,
  asOf: Day,
  knownAt: number,
  cohort?: string,
): (Enrolment & { readonly person: string; readonly learner: Learner })[] {
  const ofCohort = cohort === undefined ? '' : ' AND key = ?';
  const rows = snapshot.learning
    .prepare(
      `SELECT DISTINCT key AS cohort, person FROM facts
       WHERE name = 'enrolled' AND value = ?${ofCohort} AND revision <= ? ORDER BY key, person`,
    )
    .all(JSON.stringify(programme), ...(cohort === undefined ? [] : [cohort]), knownAt) as unknown as EnrolledRow[];
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const learner = known(snapshot, row.person, knownAt);
    if (seen.has(`${row.person}\n${row.cohort}`)) return [];
    for (const one of learner.persons) seen.add(`${one}\n${row.cohort}`);
    const enrolment = enrolmentsOf(snapshot, learner, asOf, knownAt).find(
      (one) => one.cohort === row.cohort && one.programme === programme,
    );
    return enrolment === undefined ? [] : [{ ...enrolment, person: row.person, learner }];
  });
}

interface EnrolledRow {
  readonly cohort: string;
  readonly person: string;
}

/** What a learner takes part in on a day, as known at a revision, in order of the programmes and their cohorts. */
export function enrolmentsOf(snapshot: Snapshot, { persons }: Learner, asOf: Day, knownAt: number): Enrolment[] {
  const facts = bySlot(factsOf(snapshot, { persons, name: 'enrolled' }, knownAt)).flatMap(
    (slot) => factOn(slot, asOf) ?? [],
  );
  const groups = Map.groupBy(facts, ({ value, key = '' }) => JSON.stringify([value, key]));
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, [first, ...others]]) => ({
      programme: String(first!.value),
      cohort: first!.key ?? '',
      agencies: [first!, ...others].flatMap(agencyOf).sort(),
    }));
}

/** The value that a fact of a learner has in an agency on a day; undefined: nobody recorded it. */
export function valueOn(
  snapshot: Snapshot,
  { persons }: Learner,
  fact: { readonly agency: string; readonly name: string },
  asOf: Day,
  knownAt: number,
): FactValue | undefined {
  return factOn(factsOf(snapshot, { persons, ...fact }, knownAt), asOf)?.value ?? undefined;
}

function agencyOf(fact: KnownFact): string[] {
  return 'agency' in fact ? [fact.agency] : [];
}

/** Of a person of whom something is recorded. */
function known(snapshot: Snapshot, person: string, knownAt: number): Learner {
  return learnerOf(snapshot, { person }, knownAt)!;
}
