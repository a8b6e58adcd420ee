import { assignmentsOf, type PlaceBooks, placeBooks } from '../compliance/evaluate.ts';
import type { PersonRecord } from '../compliance/model.ts';
import type { Assignment } from '../compliance/timeline.ts';
import type { Day } from '../events/learning_types.ts';
import type { LearningView, Snapshot } from '../read_store/read_session.ts';
import { factsOf, type Learner } from './learner.ts';
import { learnerRecordOf } from './learner_record.ts';
import type { KnownPolicy } from './policy_at.ts';

/** Everything of a learner that a status depends on, as known at a revision. */
export function personRecordOf(
  snapshot: Snapshot,
  learner: Learner,
  { catalogue }: KnownPolicy,
  knownAt: number,
): PersonRecord {
  return {
    persons: learner.persons,
    record: learnerRecordOf(snapshot, learner, catalogue, knownAt),
    facts: factsOf(snapshot, { persons: learner.persons }, knownAt),
  };
}

/** The facts of places as known at a revision, each place read once. They outlive the snapshot that they begin with. */
export function placesAt({ learning }: LearningView, knownAt: number): PlaceBooks {
  return placeBooks((place) => factsOf({ learning }, { place }, knownAt));
}

/** The agencies that a person is in, or was, with what their statuses there depend on. */
export function assignmentsAt(
  snapshot: Snapshot,
  learner: Learner,
  known: KnownPolicy,
  knownAt: number,
  places = placesAt(snapshot, knownAt),
): { readonly person: PersonRecord; readonly assignments: readonly Assignment[] } {
  const person = personRecordOf(snapshot, learner, known, knownAt);
  return { person, assignments: assignmentsOf(person, known.compliance, places, known.catalogue) };
}

/** Whether the person is in the agency on a day. */
export function isIn({ around }: Assignment, day: Day): boolean {
  return around.facts('assigned').some(({ from, to, value }) => from <= day && day <= to && value === true);
}
