import type {
  CompletionRule,
  CourseDeclared,
  Edition,
  EquivalenceSource,
  MoveOn,
  StatementRule,
} from '../events/learning_types.ts';
import { accountKey, agentKeys } from '../xapi/identifiers.ts';
import type { Actor } from '../xapi/statement.ts';
import type { KnownDecision, Policy, Versioned } from './model.ts';

/** The verbs by which cmi5 says that something is completed (cmi5 9.3). */
export const CMI5 = {
  launched: 'http://adlnet.gov/expapi/verbs/launched',
  initialized: 'http://adlnet.gov/expapi/verbs/initialized',
  completed: 'http://adlnet.gov/expapi/verbs/completed',
  passed: 'http://adlnet.gov/expapi/verbs/passed',
  waived: 'https://w3id.org/xapi/adl/verbs/waived',
  satisfied: 'https://w3id.org/xapi/adl/verbs/satisfied',
} as const;

/** The verbs that a unit's moveOn criterion looks at (cmi5 13.1.4); where it does not apply, to begin is enough. */
const MOVE_ON_VERBS: Readonly<Record<MoveOn, readonly string[]>> = {
  Passed: [CMI5.passed],
  Completed: [CMI5.completed],
  CompletedAndPassed: [CMI5.completed, CMI5.passed],
  CompletedOrPassed: [CMI5.completed, CMI5.passed],
  NotApplicable: [CMI5.launched, CMI5.initialized],
};

/** Where a statement names an activity. */
export type ActivityPlace = NonNullable<StatementRule['in']>;

/** One of the rules that say what completes a course. */
export interface CourseRule {
  readonly course: string;
  readonly rule: CompletionRule;
}

/** The rules that statements with one verb can meet. */
export interface VerbRules {
  /** By the activity, for each place in which one matters. */
  readonly places: ReadonlyMap<ActivityPlace, ReadonlyMap<string, readonly CourseRule[]>>;
}

/** A decision in one of its directions: as it was declared, or the reverse of a mutual one. */
export interface Equivalence {
  readonly known: KnownDecision;
  readonly sources: readonly EquivalenceSource[];
  readonly target: string;
}

/** An edition with the course that it is of. */
export interface CourseEdition {
  readonly course: Versioned<CourseDeclared>;
  readonly edition: Edition;
}

/** A policy, indexed: compiled once, evaluated often. */
export interface Catalogue {
  readonly courses: Policy['courses'];
  /** What completes courses, by the verb of the statement. */
  readonly rules: ReadonlyMap<string, VerbRules>;
  /** The platforms of an authority: see `platformsOf`. */
  readonly platforms: ReadonlyMap<string, readonly string[]>;
  /** The editions of a code; none that is unverified. */
  readonly editions: ReadonlyMap<string, readonly CourseEdition[]>;
  /** The decisions by the course of each of their sources. */
  readonly bySource: ReadonlyMap<string, readonly Equivalence[]>;
}

/** Indexes a policy. */
export function compileCatalogue(policy: Policy): Catalogue {
  const rules = new Map<string, MutableVerbRules>();
  const editions = new Map<string, CourseEdition[]>();
  for (const course of policy.courses.values()) {
    for (const rule of course.data.completion) addRule(rules, { course: course.data.course, rule });
    for (const edition of course.data.editions) {
      if (edition.unverified !== true) append(editions, edition.code, { course, edition });
    }
  }
  const platforms = new Map<string, string[]>();
  for (const { data } of policy.platforms.values()) {
    for (const authority of data.authorities) append(platforms, accountKey(authority), data.platform);
  }
  const bySource = new Map<string, Equivalence[]>();
  for (const equivalence of [...policy.decisions.values()].flatMap(directionsOf)) {
    const courses = new Set(equivalence.sources.map(({ course }) => course));
    for (const course of courses) append(bySource, course, equivalence);
  }
  return { courses: policy.courses, rules, platforms, editions, bySource };
}

/**
 * Whether a statement can complete a course, by its keys alone: false only when it certainly cannot.
 * @param activity the id of the object when that is an activity
 */
export function isCandidate({ rules }: Catalogue, verb: string, activity: string | null): boolean {
  const places = rules.get(verb)?.places;
  if (places === undefined) return false;
  const ofObject = places.get('object');
  const looksAtContext = places.size > (ofObject === undefined ? 0 : 1);
  return looksAtContext || (activity !== null && ofObject?.has(activity) === true);
}

/** A catalogue whose candidates are those of any of some. */
export function withRulesOf(catalogues: readonly [Catalogue, ...Catalogue[]]): Catalogue {
  const rules = new Map<string, MutableVerbRules>();
  for (const [verb, { places }] of catalogues.flatMap((one) => [...one.rules])) {
    const ofVerb = rules.getOrInsertComputed(verb, () => ({ places: new Map() })).places;
    for (const [place, byActivity] of places) {
      const ofPlace = ofVerb.getOrInsertComputed(place, () => new Map());
      for (const [activity, ofActivity] of byActivity) for (const one of ofActivity) append(ofPlace, activity, one);
    }
  }
  return { ...catalogues[0], rules };
}

/** The platforms under whose authority a statement is stored. */
export function platformsOf({ platforms }: Catalogue, authority: Actor | undefined): readonly string[] {
  return (authority && platforms.get(accountsOf(authority))) ?? [];
}

/** The decisions among some that an agency (null: none) goes by: its own, and those for all. */
export function decisionsFor(
  equivalences: readonly Equivalence[] | undefined,
  agency: string | null,
): readonly Equivalence[] {
  return (equivalences ?? []).filter(({ known: { data } }) => data.agency === undefined || data.agency === agency);
}

interface MutableVerbRules extends VerbRules {
  readonly places: Map<ActivityPlace, Map<string, CourseRule[]>>;
}

function addRule(rules: Map<string, MutableVerbRules>, courseRule: CourseRule): void {
  const { rule } = courseRule;
  if ('cmi5' in rule) {
    const { unit, satisfied, waived } = rule.cmi5;
    const verbs = unit === undefined ? [] : MOVE_ON_VERBS[unit.moveOn].concat(waived === false ? [] : CMI5.waived);
    for (const verb of verbs) addPlace(rules, verb, 'object', unit!.activity, courseRule);
    if (satisfied !== undefined) addPlace(rules, CMI5.satisfied, 'object', satisfied, courseRule);
    return;
  }
  for (const verb of new Set(rule.verbs)) {
    for (const activity of new Set(rule.activities)) addPlace(rules, verb, rule.in ?? 'object', activity, courseRule);
  }
}

function addPlace(
  rules: Map<string, MutableVerbRules>,
  verb: string,
  place: ActivityPlace,
  activity: string,
  courseRule: CourseRule,
): void {
  const { places } = rules.getOrInsertComputed(verb, () => ({ places: new Map() }));
  append(
    places.getOrInsertComputed(place, () => new Map()),
    activity,
    courseRule,
  );
}

/**
 * A mutual decision goes both ways. What names an edition or a version belongs to the source; all else that is asked
 * of a certificate is asked both ways.
 */
function directionsOf(known: KnownDecision): readonly Equivalence[] {
  const { sources, target, mutual } = known.data;
  const declared: Equivalence = { known, sources, target };
  const [source] = sources;
  if (mutual !== true || sources.length !== 1 || source === undefined) return [declared];
  const { version: _version, edition: _edition, ...asked } = source;
  return [declared, { known, sources: [{ ...asked, course: target }], target: source.course }];
}

/** An authority by its accounts: a mailbox and its SHA-1 are one. */
function accountsOf(authority: Actor): string {
  return agentKeys(authority).map(accountKey).join(' ');
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  map.getOrInsertComputed(key, () => []).push(value);
}
