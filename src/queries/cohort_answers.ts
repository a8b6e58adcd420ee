import { type ParticipantProgress, participantProgress } from '../compliance/graduation.ts';
import type { ProgrammeDeclared } from '../events/compliance_types.ts';
import type { Day, FactValue } from '../events/learning_types.ts';
import type { Versioned } from '../learning/model.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import { type AskedLearner, dayAsked, type Times, zoneOf } from './asked_day.ts';
import { type Learner, maySee, type Viewer } from './learner.ts';
import { enrolledIn, enrolmentsOf, valueOn } from './people_of.ts';
import { policyAt } from './policy_at.ts';
import { progressPoint, standpointsOf } from './standpoints.ts';
import { visibleLearner } from './visible_learner.ts';

/** What the HTTP side asks of cohort programmes. */
export type CohortRequest =
  | ({ readonly kind: 'cohorts'; readonly programme: string; readonly viewer: Viewer } & Times)
  | ({ readonly kind: 'cohort'; readonly programme: string; readonly cohort: string; readonly viewer: Viewer } & Times)
  | ({ readonly kind: 'learner-programmes' } & AskedLearner);

/** An agency through which somebody takes part, and where they are. */
export interface Entity {
  readonly agency: string;
  /** null: nobody recorded it. */
  readonly dutyStation: FactValue | null;
}

/** A programme as known then, and the day that was used. */
interface OfProgramme {
  readonly asOf: Day;
  readonly programme: Versioned<ProgrammeDeclared>;
}

export interface Participant {
  readonly person: string;
  readonly entities: readonly Entity[];
  readonly progress: ParticipantProgress;
}

export interface CohortAnswers {
  /** Who is enrolled on the day, of those that who asks may know of. Undefined: no such programme. */
  cohorts:
    | (OfProgramme & { readonly cohorts: readonly { readonly cohort: string; readonly persons: readonly string[] }[] })
    | undefined;
  cohort: (OfProgramme & { readonly participants: readonly Participant[] }) | undefined;
  /** Undefined: there is no such learner, or who asks may not know of them. */
  'learner-programmes':
    | (Learner & {
        readonly asOf: Day;
        readonly programmes: readonly {
          readonly programme: Versioned<ProgrammeDeclared>;
          readonly cohort: string;
          readonly entities: readonly Entity[];
          readonly progress: ParticipantProgress;
        }[];
      })
    | undefined;
}

/** A programme's cohorts, and who is in them. Days are those of the programme's agency. */
export function cohortsAnswer(
  snapshot: Snapshot,
  asked: Extract<CohortRequest, { kind: 'cohorts' }>,
): CohortAnswers['cohorts'] {
  const programme = policyAt(snapshot, asked.knownAt).compliance.declared.programmes.get(asked.programme);
  if (programme === undefined) return undefined;
  const asOf = dayIn(snapshot, asked, programme);
  const enrolled = visiblyEnrolled(snapshot, asked, asOf);
  const cohorts = [...Map.groupBy(enrolled, ({ cohort }) => cohort)];
  return {
    asOf,
    programme,
    cohorts: cohorts.map(([cohort, ofOne]) => ({ cohort, persons: ofOne.map(({ person }) => person) })),
  };
}

/** How each participant of a cohort stands. Days are those of the programme's agency. */
export function cohortAnswer(
  snapshot: Snapshot,
  asked: Extract<CohortRequest, { kind: 'cohort' }>,
): CohortAnswers['cohort'] {
  const { knownAt } = asked;
  const known = policyAt(snapshot, knownAt);
  const programme = known.compliance.declared.programmes.get(asked.programme);
  if (programme === undefined) return undefined;
  const asOf = dayIn(snapshot, asked, programme);
  const point = progressPoint(snapshot, known, knownAt, asOf);
  const participants = visiblyEnrolled(snapshot, asked, asOf, asked.cohort).map(({ person, learner, agencies }) => ({
    person,
    entities: entitiesOf(snapshot, learner, agencies, asOf, knownAt),
    progress: participantProgress(programme.data, standpointsOf(snapshot, learner, point), asOf),
  }));
  return { asOf, programme, participants };
}

/** How a learner stands in each programme that they are enrolled in. Days are UTC. */
export function learnerProgrammes(
  snapshot: Snapshot,
  asked: Extract<CohortRequest, { kind: 'learner-programmes' }>,
): CohortAnswers['learner-programmes'] {
  const { knownAt } = asked;
  const known = policyAt(snapshot, knownAt);
  const visible = visibleLearner(snapshot, asked, 'UTC');
  if (visible === undefined) return undefined;
  const { asOf, ...learner } = visible;
  const standpoints = standpointsOf(snapshot, learner, progressPoint(snapshot, known, knownAt, asOf));
  const programmes = enrolmentsOf(snapshot, learner, asOf, knownAt).flatMap(({ programme: id, cohort, agencies }) => {
    const programme = known.compliance.declared.programmes.get(id);
    if (programme === undefined) return [];
    const entities = entitiesOf(snapshot, learner, agencies, asOf, knownAt);
    return [{ programme, cohort, entities, progress: participantProgress(programme.data, standpoints, asOf) }];
  });
  return { ...learner, asOf, programmes };
}

function dayIn(snapshot: Snapshot, asked: Times, { data }: Versioned<ProgrammeDeclared>): Day {
  return dayAsked(asked, zoneOf(policyAt(snapshot, asked.knownAt).policy, data.agency ?? null));
}

function visiblyEnrolled(
  snapshot: Snapshot,
  { programme, viewer, knownAt }: { readonly programme: string; readonly viewer: Viewer; readonly knownAt: number },
  asOf: Day,
  cohort?: string,
) {
  return enrolledIn(snapshot, programme, asOf, knownAt, cohort).filter(({ learner }) =>
    maySee(snapshot, viewer, learner, asOf, knownAt),
  );
}

function entitiesOf(
  snapshot: Snapshot,
  learner: Learner,
  agencies: readonly string[],
  asOf: Day,
  knownAt: number,
): Entity[] {
  return agencies.map((agency) => ({
    agency,
    dutyStation: valueOn(snapshot, learner, { agency, name: 'dutyStation' }, asOf, knownAt) ?? null,
  }));
}
