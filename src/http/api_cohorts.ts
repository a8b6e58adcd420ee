import { z } from 'zod';
import type { ProgrammeDeclared } from '../events/compliance_types.ts';
import type { Versioned } from '../learning/model.ts';
import type { Participant } from '../queries/cohort_answers.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import { noSuch, READERS, timesOf, viewerOf } from './learning_exchange.ts';
import { askedDay, id, learnerName, words } from './learning_parameters.ts';
import { participantProgress, programmeNamed } from './progress_answers.ts';

const times = z.strictObject({ asOf: askedDay.optional(), knownAt: knownAt.optional() });
const used = {
  asOf: z.string().meta({ description: 'The day that was used.' }),
  knownAt: z.int().meta({ description: 'The ledger revision that was used.' }),
};
const programme = id.meta({ examples: ['orientation'] });
const cohortId = words.meta({ description: 'The key of the fact `enrolled`.', examples: ['2024-a'] });
const counted = { participants: z.int(), graduates: z.int() };
const participant = z.object({ person: z.string(), ...participantProgress });

/** Cohort programmes: who takes part, how they stand, who graduates. */
export function cohortRoutes(store: Store): ApiRoute[] {
  return [
    apiRoute({
      method: 'get',
      path: '/programmes/{programme}/cohorts',
      summary: "A programme's cohorts",
      description:
        'Who is enrolled in which cohort on the day `asOf`, of those whom the caller may know of; counts are of these.',
      roles: READERS,
      pathParameters: z.strictObject({ programme }),
      query: times,
      answer: z.object({
        ...programmeNamed,
        ...used,
        participants: z.int(),
        cohorts: z.array(z.object({ cohort: z.string(), participants: z.int(), persons: z.array(z.string()) })),
      }),
      refusals: [404],
      example: { path: '/programmes/orientation/cohorts?asOf=2024-01-31' },
      async handle({ programme, ...asked }, { identity }) {
        const when = await timesOf(store, asked);
        const answer = await store.read({ kind: 'cohorts', programme, viewer: viewerOf(identity), ...when });
        if (answer === undefined) throw noSuch('programme');
        const cohorts = answer.cohorts.map(({ cohort, persons }) => ({
          cohort,
          participants: persons.length,
          persons: [...persons],
        }));
        return {
          ...named(answer.programme),
          asOf: answer.asOf,
          knownAt: when.knownAt,
          participants: new Set(cohorts.flatMap(({ persons }) => persons)).size,
          cohorts,
        };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/programmes/{programme}/cohorts/{cohort}',
      summary: 'How the participants of a cohort stand',
      description:
        'Each participant on the day `asOf`: the parts done and left, whether they graduate, by which parts or what is missing. Of those whom the caller may know of; counts are of these, by the agencies through which they take part and by duty station (null: nobody recorded it).',
      roles: READERS,
      pathParameters: z.strictObject({ programme, cohort: cohortId }),
      query: times,
      answer: z.object({
        ...programmeNamed,
        cohort: z.string(),
        ...used,
        ...counted,
        byEntity: z.array(z.object({ agency: z.string(), ...counted })),
        byDutyStation: z.array(z.object({ dutyStation: z.unknown(), ...counted })),
        people: z.array(participant),
      }),
      refusals: [404],
      example: { path: '/programmes/orientation/cohorts/2024-a?asOf=2024-01-31' },
      async handle({ programme, cohort, ...asked }, { identity }) {
        const when = await timesOf(store, asked);
        const answer = await store.read({ kind: 'cohort', programme, cohort, viewer: viewerOf(identity), ...when });
        if (answer === undefined) throw noSuch('programme');
        const { asOf, participants } = answer;
        return {
          ...named(answer.programme),
          cohort,
          asOf,
          knownAt: when.knownAt,
          ...countsOf(participants),
          byEntity: groupsOf(participants, 'agency').map(([agency, counts]) => ({ agency: String(agency), ...counts })),
          byDutyStation: groupsOf(participants, 'dutyStation').map(([dutyStation, counts]) => ({
            dutyStation,
            ...counts,
          })),
          people: participants.map(shown),
        };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/learners/{learner}/programmes',
      summary: "A learner's programmes",
      description:
        'The cohort programmes that the learner is enrolled in on the day `asOf`, and how they stand in each. Days are UTC.',
      roles: READERS,
      pathParameters: z.strictObject({ learner: learnerName }),
      query: times,
      answer: z.object({
        learner: z.string(),
        persons: z.array(z.string()),
        ...used,
        programmes: z.array(z.object({ ...programmeNamed, cohort: z.string(), ...participantProgress })),
      }),
      refusals: [404],
      example: { path: '/learners/P-1/programmes' },
      async handle({ learner, ...asked }, { identity }) {
        const when = await timesOf(store, asked);
        const of = { learner: learner.name, viewer: viewerOf(identity) };
        const answer = await store.read({ kind: 'learner-programmes', ...of, ...when });
        if (answer === undefined) throw noSuch('learner');
        return {
          learner: learner.written,
          persons: [...answer.persons],
          asOf: answer.asOf,
          knownAt: when.knownAt,
          programmes: answer.programmes.map(({ programme, cohort, ...one }) => ({
            ...named(programme),
            cohort,
            ...standing(one),
          })),
        };
      },
    }),
  ];
}

function named({ data: { programme, title }, version, revision }: Versioned<ProgrammeDeclared>) {
  return { programme, title, version, revision };
}

function countsOf(participants: readonly Participant[]) {
  const graduates = participants.filter(({ progress }) => progress.graduates);
  return { participants: participants.length, graduates: graduates.length };
}

/** The counts of those who have a value in one of their entities, in order of the values: each once for each value. */
function groupsOf(participants: readonly Participant[], by: 'agency' | 'dutyStation') {
  const values = participants.map((one) => ({
    one,
    of: new Set(one.entities.map((entity) => JSON.stringify(entity[by]))),
  }));
  return [...new Set(values.flatMap(({ of }) => [...of]))]
    .sort()
    .map(
      (value) => [JSON.parse(value), countsOf(values.filter(({ of }) => of.has(value)).map(({ one }) => one))] as const,
    );
}

function shown({ person, ...one }: Participant): z.input<typeof participant> {
  return { person, ...standing(one) };
}

/** As the answer's schema writes it: lists that are ours are read only. */
function standing({ entities, progress }: Pick<Participant, 'entities' | 'progress'>) {
  return { entities, ...progress } as unknown as Omit<z.input<typeof participant>, 'person'>;
}
