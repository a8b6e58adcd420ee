import type { RequirementDeclared, Satisfaction, WaiverGranted } from '../events/compliance_types.ts';
import type { Day } from '../events/learning_types.ts';
import { dayAfter, LAST_DAY, reachingFrom } from '../learning/days.ts';
import { addEdges, placesIn, type Surroundings } from './condition.ts';
import type { CourseSpan } from './course_spans.ts';
import type { Terms } from './model.ts';

type Spans = ReadonlyMap<string, readonly CourseSpan[]>;

/** Adds the days on which a waiver begins to hold, or ends to. */
export function addWaiverEdges(
  { from, to, group }: WaiverGranted,
  around: Surroundings,
  add: (day: Day) => void,
): void {
  add(from);
  if (to !== undefined && to < LAST_DAY) add(dayAfter(to));
  if (group !== undefined) addEdges(group, around, add);
}

/** Adds the days on which the status by some terms can change, but for those that follow from statuses. */
export function addTermsEdges(
  { from, to, data }: Terms,
  { around, spans }: { readonly around: Surroundings; readonly spans: Spans },
  add: (day: Day) => void,
): void {
  add(from);
  if (to < LAST_DAY) add(dayAfter(to));
  addEdges(data.appliesTo, around, add);
  if (data.absence !== undefined) addEdges(data.absence.when, around, add);
  for (const name of factsInClock(data)) for (const span of around.facts(name)) addSpan(span, add);
  addSatisfactionEdges(data.satisfiedBy, around, spans, add);
}

function factsInClock({ timeToComply }: RequirementDeclared): readonly string[] {
  if (timeToComply === undefined) return [];
  if ('before' in timeToComply) return [timeToComply.before];
  return timeToComply.anchor === undefined ? [] : [timeToComply.anchor];
}

function addSatisfactionEdges(needed: Satisfaction, around: Surroundings, spans: Spans, add: (day: Day) => void): void {
  if ('all' in needed) for (const one of needed.all) addSatisfactionEdges(one, around, spans, add);
  else if ('any' in needed) for (const one of needed.any) addSatisfactionEdges(one, around, spans, add);
  else if ('of' in needed) for (const one of needed.of) addSatisfactionEdges(one, around, spans, add);
  else if ('when' in needed) {
    addEdges(needed.when, around, add);
    addSatisfactionEdges(needed.needs, around, spans, add);
  } else if ('boundTo' in needed) {
    for (const span of around.facts(needed.boundTo)) {
      addSpan(span, add);
      if (needed.ahead !== undefined) add(reachingFrom(span.from, needed.ahead));
      for (const place of placesIn(span.value)) {
        for (const named of around.places(place)(needed.course)) {
          addSpan(named, add);
          for (const course of placesIn(named.value)) addCourse(spans.get(course), add);
        }
      }
    }
  } else addCourse(spans.get(needed.course), add);
}

function addCourse(spans: readonly CourseSpan[] = [], add: (day: Day) => void): void {
  for (const span of spans) {
    addSpan(span, add);
    // What counts only later, as one that is suspended, is foreseen from its completion on.
    add(span.known);
  }
}

function addSpan({ from, to }: { readonly from: Day; readonly to: Day }, add: (day: Day) => void): void {
  add(from);
  if (to < LAST_DAY) add(dayAfter(to));
}
