import { courseSpansOf } from '../compliance/course_spans.ts';
import { factBook } from '../compliance/fact_book.ts';
import type { PersonRecord } from '../compliance/model.ts';
import type { Standpoint } from '../compliance/progress.ts';
import type { Day } from '../events/learning_types.ts';
import { certificatesOf } from '../learning/certificates.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import { zoneOf } from './asked_day.ts';
import { assignmentsAt, isIn, placesAt } from './assignments.ts';
import type { Learner } from './learner.ts';
import type { KnownPolicy } from './policy_at.ts';

/** As what progress is asked for, of one learner after the other. */
export interface ProgressPoint {
  readonly known: KnownPolicy;
  readonly knownAt: number;
  readonly day: Day;
  readonly places: ReturnType<typeof placesAt>;
}

/** A day, as known at a revision; places are read once for all learners. */
export function progressPoint(snapshot: Snapshot, known: KnownPolicy, knownAt: number, day: Day): ProgressPoint {
  return { known, knownAt, day, places: placesAt(snapshot, knownAt) };
}

/**
 * What a learner has learned by a day as each agency counts it that they are in on the day; where they are in none, by
 * what is common to all.
 */
export function standpointsOf(
  snapshot: Snapshot,
  learner: Learner,
  { known, knownAt, day, places }: ProgressPoint,
): readonly Standpoint[] {
  const { person, assignments } = assignmentsAt(snapshot, learner, known, knownAt, places);
  const { policy, catalogue, compliance } = known;
  const present = assignments.filter((assignment) => isIn(assignment, day));
  if (present.length === 0) {
    const spans = courseSpansOf(person.record, catalogue, { agency: null, zone: 'UTC' });
    const learned = { spans, facts: factBook([]), places, ranks: compliance.ranks, recurrence: undefined };
    return [{ agency: null, learned, completed: completedBy(person, known, day, 'UTC') }];
  }
  return present.map(({ agency, around, spans }) => ({
    agency,
    learned: { ...around, spans, recurrence: undefined },
    completed: completedBy(person, known, day, zoneOf(policy, agency)),
  }));
}

/** The last completion of each course by a day. What nobody has verified shows nothing. */
function completedBy({ record }: PersonRecord, { catalogue }: KnownPolicy, asOf: Day, zone: string): Map<string, Day> {
  const days = new Map<string, Day>();
  for (const { course, completed, state } of certificatesOf(record, catalogue, { asOf, zone })) {
    // The latest comes first.
    if (state !== 'pending' && state !== 'refused' && !days.has(course)) days.set(course, completed);
  }
  return days;
}
