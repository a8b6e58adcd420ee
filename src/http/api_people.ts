import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { Fact } from '../events/learning_types.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import {
  factMembers,
  MOST_FACTS,
  NAMES_COHORT,
  namesCohort,
  requireRecordable,
  SAYS_ASSIGNED,
  saysAssigned,
} from './fact_parameters.ts';
import {
  EVERYBODY,
  mayKnow,
  noSuch,
  READERS,
  record,
  recorded,
  setEtag,
  shownAccount,
  timesOf,
  viewerOf,
} from './learning_exchange.ts';
import { askedDay, IN_ORDER, id, inOrder, learnerName } from './learning_parameters.ts';

const ofPerson = z
  .strictObject({ agency: id, ...factMembers })
  .refine(inOrder, IN_ORDER)
  .refine(saysAssigned, SAYS_ASSIGNED)
  .refine(namesCohort, NAMES_COHORT);
const ofPlace = z
  .strictObject(factMembers)
  .refine(inOrder, IN_ORDER)
  .refine(saysAssigned, SAYS_ASSIGNED)
  .refine(namesCohort, NAMES_COHORT);
const fact = z.looseObject({
  name: z.string(),
  value: z.unknown(),
  from: z.string(),
  to: z.string().optional(),
  revision: z.int().meta({ description: 'The revision that recorded it.' }),
});

/** A revision that no event has. */
const MATCHES_NOTHING = -1;

/** `/api/people`, `/api/places`: dated facts. */
export function peopleRoutes(store: Store): ApiRoute[] {
  return [
    apiRoute({
      method: 'post',
      path: '/people/{person}/facts',
      summary: 'Record facts of a person',
      description:
        'Facts belong to an assignment (the person in an agency) and hold from a day to a day; a later one wins on the days that it covers. The fact `assigned` (true) says that the person is in the agency. What is recorded already is not recorded again. Whoever is new to your agency is recorded without If-Match: of a person whom you may not see today no revision matches.',
      roles: ['agency-editor'],
      pathParameters: z.strictObject({ person: id }),
      query: z.strictObject({}),
      body: z.strictObject({ facts: z.array(ofPerson).min(1).max(MOST_FACTS) }),
      answer: recorded,
      refusals: [409, 412],
      example: {
        path: '/people/P-1/facts',
        body: {
          facts: [
            { agency: 'agency-a', name: 'assigned', value: true, from: '2020-01-01' },
            { agency: 'agency-a', name: 'grade', value: 'P4', from: '2020-01-01', to: '2023-06-30' },
          ],
        },
      },
      async handle({ person, body }, exchange) {
        const facts = body.facts.map((said) => ({ person, ...said })) as Fact[];
        const { identity, ifMatch } = exchange;
        requireRecordable(identity, facts);
        // As for a GET, there is no person (RFC 9110 13.1.1). Said by the decision, which lets retries on before.
        const matches = ifMatch === undefined || (await mayKnow(store, person, viewerOf(identity)));
        const given = matches ? exchange : { ...exchange, ifMatch: MATCHES_NOTHING };
        return record(store, given, { type: 'facts-recorded', data: { facts } });
      },
    }),
    apiRoute({
      method: 'get',
      path: '/people/{learner}',
      summary: 'A person on a day',
      description:
        'The facts that hold on the day `asOf`, the accounts that are linked and the persons that are merged, as known at `knownAt`. The ETag is the last revision that recorded a fact of the person.',
      roles: READERS,
      pathParameters: z.strictObject({ learner: learnerName }),
      query: z.strictObject({ asOf: askedDay.optional(), knownAt: knownAt.optional() }),
      answer: z.object({
        persons: z.array(z.string()).meta({ description: 'More than one when they are merged.' }),
        asOf: z.string(),
        knownAt: z.int(),
        facts: z.array(fact),
        links: z.array(z.object({ ...shownAccount, link: z.int() })),
        merges: z.array(z.object({ merge: z.int(), persons: z.array(z.string()) })),
      }),
      refusals: [404],
      example: { path: '/people/P-1?asOf=2023-01-31' },
      async handle({ learner, ...asked }, exchange) {
        const times = await timesOf(store, asked);
        const viewer = viewerOf(exchange.identity);
        const person = await store.read({ kind: 'person', learner: learner.name, viewer, ...times });
        if (person === undefined || person.persons.length === 0) throw noSuch('learner');
        const { persons, asOf, facts, links, merges, revision } = person;
        setEtag(exchange, revision);
        return {
          persons: [...persons],
          asOf,
          knownAt: times.knownAt,
          facts: [...facts],
          links: [...links],
          merges: merges.map(({ merge, persons }) => ({ merge, persons: [...persons] })),
        };
      },
    }),
    apiRoute({
      method: 'post',
      path: '/places/{place}/facts',
      summary: 'Record facts of a place',
      description:
        'Of a duty station or a mission: `requires` with a course as its key (true) says that the place requires it from a day to a day.',
      roles: ['policy-editor'],
      pathParameters: z.strictObject({ place: id }),
      query: z.strictObject({}),
      body: z.strictObject({ facts: z.array(ofPlace).min(1).max(MOST_FACTS) }),
      answer: recorded,
      refusals: [409, 412],
      example: {
        path: '/places/station-1/facts',
        body: { facts: [{ name: 'requires', key: 'safety', value: true, from: '2022-01-01', to: '2024-12-31' }] },
      },
      handle({ place, body }, exchange) {
        const facts = body.facts.map((said) => ({ place, ...said })) as Fact[];
        requireRecordable(exchange.identity, facts);
        return record(store, exchange, { type: 'facts-recorded', data: { facts } });
      },
    }),
    apiRoute({
      method: 'get',
      path: '/places/{place}',
      summary: 'A place on a day',
      description: 'The facts that hold on the day `asOf`, as known at `knownAt`.',
      roles: EVERYBODY,
      pathParameters: z.strictObject({ place: id }),
      query: z.strictObject({ asOf: askedDay.optional(), knownAt: knownAt.optional() }),
      answer: z.object({ place: z.string(), asOf: z.string(), knownAt: z.int(), facts: z.array(fact) }),
      refusals: [404],
      example: { path: '/places/station-1?asOf=2023-01-31' },
      async handle({ place, ...asked }, exchange) {
        const times = await timesOf(store, asked);
        const { asOf, facts, revision } = await store.read({ kind: 'place', place, ...times });
        if (revision === undefined) throw new LedgerlineError('not_found', `There is no place ${place}.`);
        setEtag(exchange, revision);
        return { place, asOf, knownAt: times.knownAt, facts: [...facts] };
      },
    }),
  ];
}
