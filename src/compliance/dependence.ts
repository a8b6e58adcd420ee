import type { Satisfaction } from '../events/compliance_types.ts';
import type { Catalogue, CourseRule, VerbRules } from '../learning/catalogue.ts';
import type { CompliancePolicy } from './model.ts';

/** What requirements depend on, so that an event is judged by those alone that it can concern. */
export interface Dependence {
  /** The requirements that a certificate of a course can meet, as itself or by decisions. */
  requirementsOn(course: string): ReadonlySet<string>;
  /** The catalogue with no other rules for completions than those that can matter to some requirements. */
  catalogueFor(requirements: ReadonlySet<string>): Catalogue;
}

const known = new WeakMap<CompliancePolicy, Dependence>();

/** Found once for each policy. */
export function dependenceOf(policy: CompliancePolicy): Dependence {
  const dependence = known.get(policy) ?? findDependence(policy);
  known.set(policy, dependence);
  return dependence;
}

function findDependence({ catalogue, terms }: CompliancePolicy): Dependence {
  const all = new Set(catalogue.courses.keys());
  const needed = new Map<string, ReadonlySet<string>>();
  for (const [requirement, declarations] of terms) {
    const named = declarations.flatMap(({ data }) => coursesIn(data.satisfiedBy));
    // Which course a place names is known only from its facts.
    needed.set(requirement, named.includes(undefined) ? all : withSources(named as string[], catalogue));
  }
  const byCourse = new Map<string, Set<string>>();
  for (const [requirement, courses] of needed) {
    for (const course of courses) byCourse.getOrInsertComputed(course, () => new Set()).add(requirement);
  }
  const none: ReadonlySet<string> = new Set();
  const catalogues = new Map<string, Catalogue>();
  return {
    requirementsOn: (course) => byCourse.get(course) ?? none,
    catalogueFor(requirements) {
      return catalogues.getOrInsertComputed([...requirements].sort().join(' '), () => {
        const courses = new Set([...requirements].flatMap((one) => [...(needed.get(one) ?? none)]));
        return courses.size === all.size ? catalogue : { ...catalogue, rules: rulesOf(catalogue, courses) };
      });
    },
  };
}

/** Undefined stands for a course that facts name. */
function coursesIn(needed: Satisfaction): readonly (string | undefined)[] {
  if ('all' in needed) return needed.all.flatMap(coursesIn);
  if ('any' in needed) return needed.any.flatMap(coursesIn);
  if ('of' in needed) return needed.of.flatMap(coursesIn);
  if ('when' in needed) return coursesIn(needed.needs);
  return ['boundTo' in needed ? undefined : needed.course];
}

/** Courses, and all that can count for them. */
function withSources(named: readonly string[], { bySource }: Catalogue): ReadonlySet<string> {
  const courses = new Set(named);
  const equivalences = [...bySource.values()].flat();
  for (const course of courses) {
    for (const { sources, target } of equivalences) {
      if (target === course) for (const source of sources) courses.add(source.course);
    }
  }
  return courses;
}

function rulesOf({ rules }: Catalogue, courses: ReadonlySet<string>): Catalogue['rules'] {
  const kept = Array.from(rules, ([verb, { places }]): [string, VerbRules] => {
    const ofPlaces = Array.from(places, ([place, byActivity]) => {
      const ofActivities = Array.from(byActivity, ([activity, rules]): [string, readonly CourseRule[]] => [
        activity,
        rules.filter(({ course }) => courses.has(course)),
      ]).filter(([, rules]) => rules.length > 0);
      return [place, new Map(ofActivities)] as const;
    }).filter(([, byActivity]) => byActivity.size > 0);
    return [verb, { places: new Map(ofPlaces) }];
  });
  return new Map(kept.filter(([, { places }]) => places.size > 0));
}

/** The courses that a statement could complete, by its keys alone. */
export function candidateCourses({ rules }: Catalogue, verb: string, activity: string | null): ReadonlySet<string> {
  const courses = new Set<string>();
  for (const [place, byActivity] of rules.get(verb)?.places ?? []) {
    const found = place === 'object' ? [(activity !== null && byActivity.get(activity)) || []] : byActivity.values();
    for (const rules of found) for (const { course } of rules) courses.add(course);
  }
  return courses;
}
