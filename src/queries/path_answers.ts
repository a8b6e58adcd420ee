import { type PathProgress, pathProgress, type Stage } from '../compliance/progress.ts';
import type { PathDeclared } from '../events/compliance_types.ts';
import type { Day } from '../events/learning_types.ts';
import type { Versioned } from '../learning/model.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import { type AskedLearner, dayAsked, type Times, zoneOf } from './asked_day.ts';
import { declaredRows, latestOf } from './declared_query.ts';
import type { Learner } from './learner.ts';
import { peopleOf } from './people_of.ts';
import { policyAt } from './policy_at.ts';
import { progressPoint, standpointsOf } from './standpoints.ts';
import { visibleLearner } from './visible_learner.ts';

/** What the HTTP side asks of progress on learning paths. */
export type PathRequest =
  | ({
      readonly kind: 'learner-paths';
      /** Only this one. */
      readonly path: string | undefined;
      /** Also those that the learner has not begun. */
      readonly all: boolean;
    } & AskedLearner)
  | ({
      readonly kind: 'agency-path';
      readonly agency: string;
      readonly path: string;
      /** How many people are evaluated at most. */
      readonly limit: number;
      /** Goes on with the people whose ids come later. */
      readonly behind: string | undefined;
    } & Times);

/** How a learner stands on paths: their own, the common ones, and those of the agencies that they are in. */
export interface LearnerPathsAnswer extends Learner {
  readonly asOf: Day;
  /** The agencies that the learner is in on the day. */
  readonly agencies: readonly string[];
  readonly paths: readonly { readonly path: Versioned<PathDeclared>; readonly progress: PathProgress }[];
}

/** How people of an agency stand on a path. */
export interface AgencyPathAnswer {
  readonly asOf: Day;
  readonly path: Versioned<PathDeclared>;
  readonly people: readonly { readonly person: string; readonly progress: PathProgress }[];
  /** Of these people. */
  readonly counts: Readonly<Record<Stage, number>>;
  readonly more: boolean;
}

export interface PathAnswers {
  /** Undefined: there is no such learner, or who asks may not know of them on the day. */
  'learner-paths': LearnerPathsAnswer | undefined;
  'agency-path': AgencyPathAnswer | 'no such agency' | 'no such path';
}

/** How a learner stands on one path, or on those that concern them. Days are UTC. */
export function learnerPaths(
  snapshot: Snapshot,
  asked: Extract<PathRequest, { kind: 'learner-paths' }>,
): PathAnswers['learner-paths'] {
  const { knownAt } = asked;
  const known = policyAt(snapshot, knownAt);
  const visible = visibleLearner(snapshot, asked, 'UTC');
  if (visible === undefined) return undefined;
  const { asOf, ...learner } = visible;
  const standpoints = standpointsOf(snapshot, learner, progressPoint(snapshot, known, knownAt, asOf));
  const agencies = standpoints.flatMap(({ agency }) => agency ?? []);
  const paths = latestOf<PathDeclared>(declaredRows(snapshot.learning, ['path'], knownAt, asked.path))
    .filter(({ data: { person, agency } }) => {
      if (person !== undefined) return learner.persons.includes(person);
      return asked.path !== undefined || agency === undefined || agencies.includes(agency);
    })
    .map((path) => ({ path, progress: pathProgress(path.data, standpoints, asOf) }))
    .filter(
      ({ path, progress }) =>
        asked.all || asked.path !== undefined || path.data.person !== undefined || progress.stage !== 'not-begun',
    );
  return { ...learner, asOf, agencies, paths };
}

/** How an agency's people stand on a curated path, a page of them: on the agency's own day. */
export function agencyPath(
  snapshot: Snapshot,
  asked: Extract<PathRequest, { kind: 'agency-path' }>,
): PathAnswers['agency-path'] {
  const { agency, knownAt, limit, behind } = asked;
  const known = policyAt(snapshot, knownAt);
  if (!known.policy.agencies.has(agency)) return 'no such agency';
  const [path] = latestOf<PathDeclared>(declaredRows(snapshot.learning, ['path'], knownAt, asked.path));
  if (path === undefined || path.data.person !== undefined) return 'no such path';
  const asOf = dayAsked(asked, zoneOf(known.policy, agency));
  const point = progressPoint(snapshot, known, knownAt, asOf);
  const people: { person: string; progress: PathProgress }[] = [];
  const counts = { 'not-begun': 0, begun: 0, done: 0 };
  for (const { person, ...learner } of peopleOf(snapshot, agency, asOf, knownAt, behind)) {
    if (people.length === limit) return { asOf, path, people, counts, more: true };
    const progress = pathProgress(path.data, standpointsOf(snapshot, learner, point), asOf);
    counts[progress.stage] += 1;
    people.push({ person, progress });
  }
  return { asOf, path, people, counts, more: false };
}
