import type { Day } from '../events/learning_types.ts';
import type { KnownFact } from '../learning/model.ts';
import { courseSpansOf } from './course_spans.ts';
import { type FactBook, factBook } from './fact_book.ts';
import type { CompliancePolicy, Interval, PersonRecord, Timelines } from './model.ts';
import { type Assignment, timelineOf } from './timeline.ts';

/** The facts of places, sorted out: one for all persons of an evaluation. */
export type PlaceBooks = (place: string) => FactBook;

/** @param factsOfPlace in the order in which they were recorded; asked once for each place */
export function placeBooks(factsOfPlace: (place: string) => readonly KnownFact[]): PlaceBooks {
  const books = new Map<string, FactBook>();
  return (place) => books.getOrInsertComputed(place, () => factBook(factsOfPlace(place)));
}

/**
 * A person's assignments to agencies, one for each agency that was ever said to be theirs, sorted by the agency's id.
 * Certificates are counted in the agency's zone.
 * @param catalogue with less than all rules for completions, where less is enough
 */
export function assignmentsOf(
  person: PersonRecord,
  policy: CompliancePolicy,
  places: PlaceBooks,
  catalogue = policy.catalogue,
): readonly Assignment[] {
  const { persons, record, facts } = person;
  const ofAgencies = Map.groupBy(facts, (fact) => ('agency' in fact ? fact.agency : ''));
  const agencies = [...ofAgencies.keys()].filter((agency) =>
    ofAgencies.get(agency)!.some(({ name }) => name === 'assigned'),
  );
  return agencies.sort().map((agency) => ({
    agency,
    persons,
    around: { facts: factBook(ofAgencies.get(agency)!), places, ranks: policy.ranks },
    spans: courseSpansOf(record, catalogue, {
      agency,
      zone: policy.policy.agencies.get(agency)?.data.zone ?? 'UTC',
    }),
  }));
}

/** The requirements that an agency has, in the order of their ids: its own, and those of all agencies. */
export function requirementsOf(agency: string, { terms }: CompliancePolicy): readonly string[] {
  const own = [...terms].filter(([, [first]]) => first?.data.agency === undefined || first.data.agency === agency);
  return own.map(([requirement]) => requirement).sort();
}

/** How a person stands to all requirements of all agencies that they are or were in, on every day. */
export function evaluate(person: PersonRecord, policy: CompliancePolicy, places: PlaceBooks): Timelines {
  return new Map(
    assignmentsOf(person, policy, places).map((assignment) => [
      assignment.agency,
      new Map(
        requirementsOf(assignment.agency, policy).map((requirement) => [
          requirement,
          timelineOf(requirement, policy.terms.get(requirement)!, assignment, policy),
        ]),
      ),
    ]),
  );
}

/** The interval that a day is in. */
export function intervalOn(intervals: readonly Interval[], day: Day): Interval | undefined {
  return intervals.find(({ from, to }) => from <= day && day <= to);
}
